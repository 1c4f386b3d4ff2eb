import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";

import { compileNetwork, fractionBits } from "@cnntargz/fixed-point";
import { nBitScheme, toIntegerNetwork } from "@cnntargz/quant";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

import { networkSpec, randomWeights, student, trainedModel, uniform } from "../trained-model.js";
import { build, parameters } from "./build.js";

beforeAll(() => {
  tf.enableProdMode();
});

const integerBits = { conv1: 1, conv2: 1, conv3: 1, conv4: 1, dense1: 2, dense2: 2 };
const base = nBitScheme(student, 4, { activationInteger: integerBits });
const scheme = {
  ...base,
  byName: {
    ...base.byName,
    out: { kernel: "quantized_bits(8,1,alpha=1)", bias: "quantized_bits(8,1,alpha=1)" },
  },
};
const count = 64;
const draw = uniform(5);
const codes = Uint8Array.from({ length: count * 144 }, () => (draw() < 0.2 ? 2 * draw() + 1 : 0));
const images = Float32Array.from(codes, (code) => code / 2);
const weights = randomWeights(student, 11, 0.9);

describe.each(["cpu", "wasm"])("on the %s backend", (backend) => {
  it("the Student computes what its integer network computes", async () => {
    await tf.setBackend(backend);
    const network = toIntegerNetwork(trainedModel(student, weights, scheme), {
      typeRule: "interval",
    });
    const integers = compileNetwork(network).run(codes, count);
    const unit = 2 ** -fractionBits(network.layers.at(-1)!.resultType);
    const model = build(student, scheme, weights);
    const predicted = tf.tidy(() => {
      const output = model.predict(tf.tensor(images, [count, 9, 16, 1])) as tf.Tensor;
      return Array.from(output.dataSync());
    });
    model.dispose();
    const expected = Array.from(integers, (value) => value * unit);
    expect(new Set(expected).size).toBeGreaterThan(30);
    expect(predicted.map((value) => value + 0)).toEqual(expected);
  });

  it("average pools round exact means, ties to even", async () => {
    await tf.setBackend(backend);
    const pool = quantizedLayers({
      kind: "quant-scheme",
      schemaVersion: 1,
      label: "pool",
      byName: { pool: { activation: "quantized_relu(3,1)" } },
      byKind: {},
      default: {},
    })(
      { kind: "averagePool2d", name: "pool", poolSize: [3, 5], padding: "valid" },
      { seed: 1, inputShape: [3, 5, 1] },
    );
    // Windows of 15 equal values k / 8: means that are exact, every second one a tie. The stock
    // average pool of the wasm backend misses some, for it multiplies by a rounded 1 / 15.
    const steps = Array.from({ length: 16 }, (_, k) => k);
    const windows = Float32Array.from(steps.flatMap((k) => Array<number>(15).fill(k / 8)));
    const means = tf.tidy(() =>
      Array.from((pool.apply(tf.tensor(windows, [16, 3, 5, 1])) as tf.Tensor).dataSync()),
    );
    const halfEven = [0, 0, 1, 2, 2, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7, 7];
    expect(means).toEqual(halfEven.map((code) => code / 4));
  });
});

describe("private kernels", () => {
  const calls: { kernel: string; attributes: unknown }[] = [];
  const register = (kernelName: string, run: (a: tf.Tensor, attrs: never) => tf.Tensor): void => {
    tf.registerKernel({
      kernelName,
      backendName: "cpu",
      kernelFunc: ({ inputs, attrs }) => {
        calls.push({ kernel: kernelName, attributes: attrs });
        return run((inputs["dy"] ?? inputs["x"]) as tf.Tensor, attrs as never);
      },
    });
  };
  afterEach(() => {
    for (const name of ["FakeQuantize", "ReluGradBounded"]) tf.unregisterKernel(name, "cpu");
  });

  it("are used where the backend has them, with the range of the quantizer", async () => {
    await tf.setBackend("cpu");
    register("FakeQuantize", (x) => x.clone());
    register("ReluGradBounded", (dy) => dy.clone());
    const spec = networkSpec({
      name: "one",
      inputShape: [1, 2, 1],
      layers: [
        { kind: "conv2d", name: "conv", filters: 1, kernelSize: [1, 1], activation: "relu" },
      ],
    });
    const quantized = build(spec, {
      kind: "quant-scheme",
      schemaVersion: 1,
      label: "activations only",
      byName: {},
      byKind: {},
      default: { activation: "quantized_relu(4,1)" },
    });
    const x = tf.tensor4d([1, 2], [1, 1, 2, 1]);
    const { value, grads } = tf.variableGrads(
      () => tf.sum(quantized.apply(x, { training: true }) as tf.Tensor),
      parameters(quantized),
    );
    tf.dispose([value, grads, x]);
    quantized.dispose();
    expect(calls).toEqual([
      { kernel: "FakeQuantize", attributes: { scale: 8, low: 0, high: 15 } },
      { kernel: "ReluGradBounded", attributes: { high: 1.875 } },
    ]);
  });
});
