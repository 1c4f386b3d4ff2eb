import type { StageContext } from "@cnntargz/contracts";
import { floatLayers, loadBackend, predict, tapActivations, trainModel } from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { studentRequest } from "./requests.js";

const context: StageContext = { rng: createRng([1, 1]) };
const source = studentRequest().validation;

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

const trained = async () => {
  const request = studentRequest();
  return trainModel({ ...request, config: { ...request.config, epochs: 1 } }, context);
};

/** Direct convolution, stride 1, no padding, with bias and ReLU, over one image (h, w, cin). */
function convolve(image: number[][][], kernel: Float32Array, bias: Float32Array): number[][][] {
  const [cin, cout] = [image[0]![0]!.length, bias.length];
  const [height, width] = [image.length - 2, image[0]!.length - 2];
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      Array.from({ length: cout }, (_, o) => {
        let sum = bias[o]!;
        for (let ky = 0; ky < 3; ky++)
          for (let kx = 0; kx < 3; kx++)
            for (let c = 0; c < cin; c++)
              sum += image[y + ky]![x + kx]![c]! * kernel[((ky * 3 + kx) * cin + c) * cout + o]!;
        return Math.max(0, sum);
      }),
    ),
  );
}

function dense(input: number[], kernel: Float32Array, bias: Float32Array, relu: boolean): number[] {
  return Array.from(bias, (start, o) => {
    const sum = input.reduce((s, value, i) => s + value * kernel[i * bias.length + o]!, start);
    return relu ? Math.max(0, sum) : sum;
  });
}

describe("predict", () => {
  it("computes what plain loops compute", async () => {
    const model = await trained();
    const of = (layer: string): [Float32Array, Float32Array] => [
      model.weights[`${layer}/kernel`]!.values,
      model.weights[`${layer}/bias`]!.values,
    ];
    const all = await predict(model, floatLayers, source, { batchSize: 64, context });
    expect(all).toHaveLength(2 * source.count);
    const taps = await tapActivations(model, floatLayers, source, ["conv2a", "dense2"], {
      batchSize: 70,
      context,
    });
    expect(taps["conv2a"]).toHaveLength(source.count * 3 * 10 * 6);
    for (const index of [0, 7, 129, source.count - 1]) {
      const { images } = source.batch([index]);
      let image = Array.from({ length: 9 }, (_, y) =>
        Array.from({ length: 16 }, (_, x) => [images[16 * y + x]!]),
      );
      for (const layer of ["conv1a", "conv1b", "conv2a"]) image = convolve(image, ...of(layer));
      const conv2a = image.flat(2);
      expect(close(taps["conv2a"]!.subarray(index * 180, (index + 1) * 180), conv2a)).toBe(true);
      const flat = convolve(image, ...of("conv2b")).flat(2);
      const dense2 = dense(dense(flat, ...of("dense1"), true), ...of("dense2"), true);
      expect(close(taps["dense2"]!.subarray(index * 10, (index + 1) * 10), dense2)).toBe(true);
      const output = dense(dense2, ...of("output"), false);
      expect(close(all.subarray(2 * index, 2 * index + 2), output)).toBe(true);
    }
  });

  it("does not depend on the batch size, and leaves no tensor behind", async () => {
    const model = await trained();
    const before = tf.memory().numTensors;
    const [whole, pieces] = await Promise.all([
      predict(model, floatLayers, source, { batchSize: 1000, context }),
      predict(model, floatLayers, source, { batchSize: 7, context }),
    ]);
    expect(pieces).toEqual(whole);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("stops when aborted, and then leaves no tensor behind either", async () => {
    const model = await trained();
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const onProgress = (): void => {
      controller.abort(new Error("enough"));
    };
    const options = {
      batchSize: 10,
      context: { ...context, signal: controller.signal, onProgress },
    };
    await expect(predict(model, floatLayers, source, options)).rejects.toThrow("enough");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses images of another size and layers that are not there", async () => {
    const model = await trained();
    const options = { batchSize: 10, context };
    const wide = { ...source, imageShape: [9, 384, 1] as const };
    await expect(predict(model, floatLayers, wide, options)).rejects.toThrow(
      /student9x16 takes images \(9, 16, 1\), the source gives \(9, 384, 1\)/,
    );
    await expect(tapActivations(model, floatLayers, source, ["conv3"], options)).rejects.toThrow(
      /no layer conv3; its layers are conv1a, /,
    );
  });
});

function close(actual: Float32Array, expected: number[]): boolean {
  expect(actual).toHaveLength(expected.length);
  return expected.every((value, i) => Math.abs(value - actual[i]!) < 1e-5);
}
