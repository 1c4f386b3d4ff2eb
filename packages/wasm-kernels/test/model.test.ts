import { createAdam } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { beforeEach, describe, expect, it } from "vitest";

import { expectClose, expectSameBits, onBoth, tensor, tiedTensor, useKernels } from "./backends.js";

beforeEach(useKernels);

/** A small network with all layers that are trained: same and valid convolutions, both pools, dense layers. */
function makeModel(): layers.Sequential {
  const model = layers.sequential();
  const conv = (filters: number, padding: "same" | "valid", first = {}): void => {
    model.add(
      layers.layers.conv2d({ filters, kernelSize: 3, padding, activation: "relu", ...first }),
    );
  };
  conv(5, "same", { inputShape: [9, 16, 1] });
  model.add(layers.layers.maxPooling2d({ poolSize: [1, 2] }));
  conv(6, "valid");
  conv(17, "same");
  model.add(layers.layers.averagePooling2d({ poolSize: [1, 2] }));
  model.add(layers.layers.maxPooling2d({ poolSize: [2, 2] }));
  model.add(layers.layers.flatten());
  model.add(layers.layers.dense({ units: 10, activation: "relu" }));
  model.add(layers.layers.dense({ units: 2 }));
  model.setWeights(model.getWeights().map((w, i) => tf.mul(tensor(50 + i, w.shape), 0.4)));
  return model;
}

const variablesOf = (model: layers.Sequential): tf.Variable[] =>
  model.trainableWeights.map(({ name }) => tf.engine().registeredVariables[name]!);

const images = (batch: number): tf.Tensor => tiedTensor(1, [batch, 9, 16, 1], 2);
const labels = (batch: number): tf.Tensor => tensor(2, [batch, 2]);

function lossAndGradients(
  model: layers.Sequential,
  x: tf.Tensor,
  y: tf.Tensor,
): { loss: tf.Scalar; gradients: tf.Tensor[] } {
  const variables = variablesOf(model);
  const { value, grads } = tf.variableGrads(
    () =>
      tf.losses.meanSquaredError<tf.Tensor, tf.Scalar>(
        y,
        model.apply(x, { training: true }) as tf.Tensor,
      ),
    variables,
  );
  return { loss: value, gradients: variables.map(({ name }) => grads[name]!) };
}

/** Weights after a few steps of training. */
function train(steps: number): Float32Array[] {
  const model = makeModel();
  const adam = createAdam(tf, { learningRate: 0.01 });
  const [x, y] = [images(61), labels(61)];
  for (let step = 0; step < steps; step++) {
    const { loss, gradients } = tf.tidy(() => lossAndGradients(model, x, y));
    adam.applyGradients(variablesOf(model), gradients);
    tf.dispose([loss, ...gradients]);
  }
  const weights = variablesOf(model).map((variable) => variable.dataSync<"float32">());
  adam.dispose();
  model.dispose();
  tf.dispose([x, y]);
  return weights;
}

describe("a whole model", () => {
  it("has the loss and the gradients of the cpu backend", async () => {
    const { cpu, wasm } = await onBoth(() => {
      const model = makeModel();
      const { loss, gradients } = lossAndGradients(model, images(37), labels(37));
      return [loss, ...gradients];
    });
    expect(cpu).toHaveLength(11);
    cpu.forEach((expected, i) => {
      const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      expect(largest).toBeGreaterThan(0);
      const scaled = (values: Float32Array): Float32Array => values.map((v) => v / largest);
      expectClose(scaled(wasm[i]!), scaled(expected));
    });
  });

  it("trains with tf.train.adam and model.trainOnBatch too", async () => {
    const model = makeModel();
    model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
    const [x, y] = [images(32), labels(32)];
    const first = (await model.trainOnBatch(x, y)) as number;
    let last = first;
    for (let step = 0; step < 60; step++) last = (await model.trainOnBatch(x, y)) as number;
    expect(last).toBeLessThan(0.5 * first);
  });

  it("gives the same bits on two runs", () => {
    const first = train(12);
    train(12).forEach((weights, i) => {
      expectSameBits(weights, first[i]!);
    });
  });

  it("leaves no tensor behind in 1,000 steps", () => {
    const model = layers.sequential();
    model.add(
      layers.layers.conv2d({
        filters: 2,
        kernelSize: 3,
        activation: "relu",
        inputShape: [4, 6, 1],
      }),
    );
    model.add(layers.layers.maxPooling2d({ poolSize: [1, 2] }));
    model.add(layers.layers.flatten());
    model.add(layers.layers.dense({ units: 2 }));
    const adam = createAdam(tf);
    const [x, y] = [tensor(1, [9, 4, 6, 1]), labels(9)];
    const step = (): void => {
      const { loss, gradients } = tf.tidy(() => lossAndGradients(model, x, y));
      adam.applyGradients(variablesOf(model), gradients);
      tf.dispose([loss, ...gradients]);
    };
    step();
    const before = tf.memory();
    for (let i = 0; i < 1000; i++) step();
    expect(tf.memory()).toEqual(before);
  });
});
