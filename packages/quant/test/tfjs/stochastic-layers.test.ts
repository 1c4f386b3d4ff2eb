import "@tensorflow/tfjs-backend-cpu";

import type { QuantScheme } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { networkSpec, randomWeights } from "../trained-model.js";
import { build } from "./build.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const spec = networkSpec({
  name: "rows",
  inputShape: [1, 6, 1],
  layers: [
    { kind: "conv2d", name: "conv", filters: 2, kernelSize: [1, 3], activation: "relu" },
    { kind: "averagePool2d", name: "pool", poolSize: [1, 3] },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "dense", units: 20, activation: "linear" },
  ],
});
const scheme = (stochastic: boolean): QuantScheme => {
  const option = stochastic ? ",use_stochastic_rounding=True" : "";
  return {
    kind: "quant-scheme",
    schemaVersion: 1,
    label: "test",
    byName: {
      conv: {
        kernel: `quantized_bits(4,0,1${option})`,
        activation: `quantized_relu(4,1${option})`,
      },
      pool: { activation: `quantized_relu(4,1${option})` },
      dense: { kernel: `quantized_bits(3,0,1${option})`, bias: "quantized_bits(3,0,1)" },
    },
    byKind: {},
    default: {},
  };
};

function run(stochastic: boolean, training: boolean, weightSeed = 1): number[] {
  const model = build(spec, scheme(stochastic), randomWeights(spec, weightSeed, 0.9));
  const output = tf.tidy(() => {
    const x = tf.tensor([0, 0.5, 1, 1, 0.5, 0.5], [1, 1, 6, 1]);
    return Array.from((model.apply(x, { training }) as tf.Tensor).dataSync());
  });
  model.dispose();
  return output;
}

describe("stochastic quantizers in layers", () => {
  it("round at random in training, half to even at inference", () => {
    expect(run(true, false)).toEqual(run(false, false));
    expect(run(false, true)).toEqual(run(false, false));
    const trained = run(true, true);
    expect(trained).not.toEqual(run(false, true));
    // Kernels of 1/4 on half steps of 1/16 of the means.
    for (const value of trained) expect(Number.isInteger(value * 64)).toBe(true);
  });

  it("give the same bits for the same weights, so that a training can be resumed", () => {
    expect(run(true, true)).toEqual(run(true, true));
    expect(run(true, true, 2)).not.toEqual(run(true, true, 1));
  });
});
