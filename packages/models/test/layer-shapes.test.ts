import { NetworkSpec, type NetworkSpecInput, parseContract } from "@cnntargz/contracts";
import {
  buildModel,
  countParameters,
  floatLayers,
  layerShapes,
  loadBackend,
  student9x16,
  teacher9x16,
} from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import { beforeAll, describe, expect, it } from "vitest";

import { stridedSpec } from "./strided-spec.js";

const network = (layers: NetworkSpecInput["layers"]): NetworkSpec =>
  parseContract(NetworkSpec, { name: "bad", inputShape: [4, 4, 1], layers }, "bad");

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

describe("layerShapes", () => {
  it.each([teacher9x16, student9x16, stridedSpec])("agrees with TensorFlow.js on $name", (spec) => {
    const model = buildModel(spec, floatLayers, createRng([1, 2]));
    for (const { name, outputShape, kernelShape } of layerShapes(spec)) {
      const layer = model.getLayer(name);
      expect(layer.outputShape).toEqual([null, ...outputShape]);
      expect(layer.weights[0]?.shape ?? null).toEqual(kernelShape);
    }
    expect(countParameters(spec)).toBe(model.countParams());
    model.dispose();
  });

  it("names the layer whose window is too large", () => {
    const spec = network([{ kind: "conv2d", name: "wide", filters: 1, kernelSize: [3, 5] }]);
    expect(() => layerShapes(spec)).toThrow(/bad: layer wide .*\(4, 4, 1\).*window of 5 along 4/);
  });

  it("refuses a dense layer on an image and a convolution on a vector", () => {
    expect(() => layerShapes(network([{ kind: "dense", name: "d", units: 2 }]))).toThrow(/flatten/);
    const spec = network([
      { kind: "flatten", name: "f" },
      { kind: "maxPool2d", name: "p", poolSize: [1, 1] },
    ]);
    expect(() => layerShapes(spec)).toThrow(/layer p .*takes an image/);
  });
});
