import { needs } from "@cnntargz/testkit";
import { createAdam, registeredVariant } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, expect, it } from "vitest";

import {
  buildAddon,
  expectSameBits,
  instructionSets,
  relativeDifference,
  tensor,
  useVariant,
  type Variant,
} from "./variants.js";

function makeModel(): layers.Sequential {
  const model = layers.sequential();
  const conv = (filters: number, first = {}): void => {
    const size = { filters, kernelSize: 3, padding: "same" as const };
    model.add(layers.layers.conv2d({ ...size, activation: "relu", ...first }));
  };
  conv(10, { inputShape: [9, 16, 1] });
  conv(10);
  model.add(layers.layers.maxPooling2d({ poolSize: [1, 2] }));
  conv(17);
  model.add(layers.layers.maxPooling2d({ poolSize: [2, 2] }));
  model.add(layers.layers.flatten());
  model.add(layers.layers.dense({ units: 10, activation: "relu" }));
  model.add(layers.layers.dense({ units: 2 }));
  tf.tidy(() => {
    model.setWeights(model.getWeights().map((w, i) => tf.mul(tensor(50 + i, w.shape), 0.3)));
  });
  return model;
}

/** Losses and final weights of a few steps on 61 images. */
function train(steps: number): { losses: number[]; weights: Float32Array[] } {
  const model = makeModel();
  const variables = model.trainableWeights.map(
    ({ name }) => tf.engine().registeredVariables[name]!,
  );
  const adam = createAdam(tf, { learningRate: 0.01 });
  const [x, y] = [tensor(1, [61, 9, 16, 1], 2), tensor(2, [61, 2])];
  const losses = Array.from({ length: steps }, () => {
    const { value, grads } = tf.tidy(() =>
      tf.variableGrads(
        () =>
          tf.losses.meanSquaredError<tf.Tensor, tf.Scalar>(
            y,
            model.apply(x, { training: true }) as tf.Tensor,
          ),
        variables,
      ),
    );
    const gradients = variables.map(({ name }) => grads[name]!);
    adam.applyGradients(variables, gradients);
    const loss = value.dataSync()[0]!;
    tf.dispose([value, ...gradients]);
    return loss;
  });
  const weights = variables.map((variable) => Float32Array.from(variable.dataSync()));
  adam.dispose();
  model.dispose();
  tf.dispose([x, y]);
  return { losses, weights };
}

needs("g++")("training with the addon", () => {
  let addon: ReturnType<typeof buildAddon>;
  beforeAll(() => {
    addon = buildAddon();
  });
  afterAll(() => {
    addon.remove();
  });

  const trainWith = async (variant: Variant, steps: number): Promise<ReturnType<typeof train>> => {
    await useVariant(variant, addon.path);
    return train(steps);
  };

  it("agrees with the cpu backend and with simd step by step", async () => {
    const cpu = await trainWith("cpu", 2);
    const simd = await trainWith("simd", 12);
    for (const set of instructionSets(addon.path)) {
      const native = await trainWith(set, 12);
      expect(registeredVariant(tf)).toBe("native");
      const losses = Float32Array.from(native.losses);
      expect(relativeDifference(losses, Float32Array.from(simd.losses))).toBeLessThan(1e-4);
      expect(relativeDifference(losses.slice(0, 2), Float32Array.from(cpu.losses))).toBeLessThan(
        1e-5,
      );
      expect(native.losses.at(-1)).toBeLessThan(0.9 * native.losses[0]!);
    }
  });

  it("gives the same bits in every run and with every instruction set", async () => {
    const first = await trainWith("avx2", 12);
    for (const set of instructionSets(addon.path)) {
      expectSameBits((await trainWith(set, 12)).weights, first.weights);
    }
  });

  it("leaves no tensor behind", async () => {
    await useVariant("avx2", addon.path);
    train(1);
    const before = tf.memory().numTensors;
    train(20);
    expect(tf.memory().numTensors).toBe(before);
  });
});
