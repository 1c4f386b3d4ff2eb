import * as tf from "@tensorflow/tfjs-core";

import type { HintGeometry, Window } from "./hint-geometry.js";

/** A learned linear map from a Student's activation to what a Teacher's should be. */
export interface Adaptation {
  /** Kernel (mapInputs, mapOutputs) and bias (mapOutputs). */
  readonly variables: readonly [kernel: tf.Variable, bias: tf.Variable];
  /** (n, ...student shape) to (n, elements). */
  adapt(activation: tf.Tensor): tf.Tensor2D;
  dispose(): void;
}

/**
 * How much faster the map learns than the Student: Adam moves every variable by about one step size
 * whatever its gradient, so a map of GAIN times its variables moves GAIN times as far.
 */
const GAIN = 10;

/**
 * Make the adaptation layer of a hint: `GAIN (x kernel + bias)`, at first zero. So it first learns to
 * read the Student, and only as far as it does, it pulls; a random map would push the Student
 * somewhere else. It is linear on purpose: behind a ReLU with a few filters an unlucky sign gives
 * zeros everywhere and no gradient, ever.
 */
export function createAdaptation(geometry: HintGeometry): Adaptation {
  const { studentWindow, mapInputs, mapOutputs, elements } = geometry;
  const kernel = tf.tidy(() => tf.variable<tf.Rank.R2>(tf.zeros([mapInputs, mapOutputs])));
  const bias = tf.tidy(() => tf.variable<tf.Rank.R1>(tf.zeros([mapOutputs])));
  return {
    variables: [kernel, bias],
    adapt(activation) {
      const rows: tf.Tensor2D = tf.reshape(cut(activation, studentWindow), [-1, mapInputs]);
      const mapped = tf.mul(tf.add(tf.matMul(rows, kernel as tf.Tensor2D), bias), GAIN);
      return tf.reshape(mapped, [-1, elements]);
    },
    dispose() {
      kernel.dispose();
      bias.dispose();
    },
  };
}

/** A window of every image of a batch. */
export function cut(images: tf.Tensor, window: Window | null): tf.Tensor {
  return window === null ? images : tf.slice(images, [0, ...window.begin], [-1, ...window.size]);
}
