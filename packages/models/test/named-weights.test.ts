import {
  buildModel,
  floatLayers,
  getNamedWeights,
  type LayerFactory,
  loadBackend,
  setNamedWeights,
  student9x16,
} from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { bitsOf } from "./requests.js";

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

describe("named weights", () => {
  it("are the kernels and biases in the spec's order, drawn by the generator's seed", () => {
    const [one, same, other] = [1, 1, 2].map((key) => {
      const model = buildModel(student9x16, floatLayers, createRng([key, 0]));
      const weights = getNamedWeights(model, student9x16);
      model.dispose();
      return weights;
    });
    expect(Object.entries(one!).map(([name, { shape }]) => `${name} ${shape.join("x")}`)).toEqual([
      "conv1a/kernel 3x3x1x1",
      "conv1a/bias 1",
      "conv1b/kernel 3x3x1x1",
      "conv1b/bias 1",
      "conv2a/kernel 3x3x1x6",
      "conv2a/bias 6",
      "conv2b/kernel 3x3x6x6",
      "conv2b/bias 6",
      "dense1/kernel 48x10",
      "dense1/bias 10",
      "dense2/kernel 10x10",
      "dense2/bias 10",
      "output/kernel 10x2",
      "output/bias 2",
    ]);
    expect(bitsOf({ weights: one! })).toBe(bitsOf({ weights: same! }));
    expect(bitsOf({ weights: one! })).not.toBe(bitsOf({ weights: other! }));
    // He: variance 2 / fan-in of a normal cut at two standard deviations.
    const kernel = one!["dense1/kernel"]!.values;
    const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
    expect(variance).toBeGreaterThan(1.2 / 48);
    expect(variance).toBeLessThan(2.6 / 48);
    expect(Math.max(...one!["output/kernel"]!.values.map(Math.abs))).toBeLessThan(
      Math.sqrt(6 / 12),
    );
    expect([...one!["conv2b/bias"]!.values]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("come back as they were set", () => {
    const model = buildModel(student9x16, floatLayers, createRng([1, 0]));
    const weights = getNamedWeights(model, student9x16);
    for (const { values } of Object.values(weights)) values.forEach((_, i) => (values[i] = i / 7));
    setNamedWeights(model, student9x16, weights);
    expect(bitsOf({ weights: getNamedWeights(model, student9x16) })).toBe(bitsOf({ weights }));
    model.dispose();
  });

  it("must fit: nothing missing, nothing foreign, no other shape", () => {
    const model = buildModel(student9x16, floatLayers, createRng([1, 0]));
    const weights = getNamedWeights(model, student9x16);
    const { "conv2a/bias": bias, ...without } = weights;
    const set = (given: typeof weights) => () => {
      setNamedWeights(model, student9x16, given);
    };
    expect(set(without)).toThrow(/needs the weight conv2a\/bias/);
    expect(set({ ...weights, "conv9/bias": bias! })).toThrow(/conv9\/bias belongs to no layer/);
    expect(set({ ...weights, "output/bias": bias! })).toThrow(
      /output\/bias .*\(6\).*must be \(2\)/,
    );
    model.dispose();
  });

  it("leave no tensor behind when a layer can not be made", () => {
    const { numTensors } = tf.memory();
    const failing: LayerFactory = (layer, options) => {
      if (layer.name === "dense1") throw new Error("no such layer");
      return floatLayers(layer, options);
    };
    expect(() => buildModel(student9x16, failing, createRng([1, 0]))).toThrow("no such layer");
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
