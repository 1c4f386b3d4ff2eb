import type { Batch } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";

/** One batch as an objective sees it, n examples. */
export interface ObjectiveInput {
  /** (n, 2), differentiable. */
  readonly predictions: tf.Tensor2D;
  /** The numbers of `predictions`, for decisions that no gradient must flow through. */
  readonly values: Float32Array;
  /** (n, 2) */
  readonly targets: tf.Tensor2D;
  /** (n, 2): weight of each squared difference, [1, etaWeight * hasEta]. */
  readonly termWeights: tf.Tensor2D;
  /** Activated outputs of the layers in {@link Objective.taps}, differentiable. */
  readonly taps: Readonly<Record<string, tf.Tensor>>;
  readonly batch: Batch;
  /** Where the examples are in the training source. */
  readonly indices: Uint32Array;
  readonly etaWeight: number;
  /** Finished part of the training, 0..1. */
  readonly progress: number;
}

/** What a training makes small. */
export interface Objective {
  /** Identifies the objective in checkpoints: everything that changes what it computes. */
  readonly label: string;
  /**
   * Variables trained along with the network's, which do not become part of the trained model. A
   * restarted training sets them back to the values they had when it was called.
   */
  readonly extraVariables: readonly tf.Variable[];
  /** Layers whose activated outputs the loss needs. */
  readonly taps: readonly string[];
  /** The loss of a batch: a differentiable scalar. Runs inside `tf.tidy`. */
  loss(input: ObjectiveInput): tf.Scalar;
}

/** Weighted squared errors per example, (n): `sum_k termWeights_k (prediction_k - target_k)^2`. */
export function errorsPerExample({
  predictions,
  targets,
  termWeights,
}: Pick<ObjectiveInput, "predictions" | "targets" | "termWeights">): tf.Tensor1D {
  return tf.sum(tf.mul(tf.square(tf.sub(predictions, targets)), termWeights), 1);
}

/** The mean over the batch of the squared errors of pT and, for muons, eta. */
export const supervisedObjective: Objective = {
  label: "squared error",
  extraVariables: [],
  taps: [],
  loss: (input) => tf.mean(errorsPerExample(input)),
};

/** The weights [1, etaWeight * hasEta] of a batch's squared differences, (n, 2). */
export function termWeightTensor(batch: Batch, etaWeight: number): tf.Tensor2D {
  const weights = new Float32Array(2 * batch.count);
  for (let i = 0; i < batch.count; i++) {
    weights[2 * i] = 1;
    weights[2 * i + 1] = batch.hasEta[i] === 1 ? etaWeight : 0;
  }
  return tf.tensor2d(weights, [batch.count, 2]);
}
