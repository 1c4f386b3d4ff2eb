import { readFileSync } from "node:fs";

import type { NamedWeights, QuantScheme } from "@cnntargz/contracts";
import {
  formatType,
  fractionBits,
  integerToNumber,
  parseType,
  runReference,
  validateNetwork,
} from "@cnntargz/fixed-point";
import { nBitScheme, parseQuantizer, quantize, toIntegerNetwork } from "@cnntargz/quant";
import { describe, expect, it } from "vitest";

import { networkSpec, randomWeights, student, trainedModel } from "./trained-model.js";

interface Golden {
  types: Record<string, Record<string, string>>;
  weights: Record<string, { shape: number[]; float: number[]; quantized: number[] }>;
  input: number[][];
  trace: Record<string, number[][]>;
  output: number[][];
}

describe("typeRule hls4ml", () => {
  const golden = JSON.parse(
    readFileSync(
      new URL("fixtures/hls4ml_student_4b_io_stream_Vitis_Latency_rf1.json", import.meta.url),
      "utf8",
    ),
  ) as Golden;
  const weights: NamedWeights = {};
  for (const [name, { shape, float }] of Object.entries(golden.weights)) {
    weights[name.replace(".weight", "/kernel").replace(".bias", "/bias")] = {
      dtype: "float32",
      shape,
      values: Float32Array.from(float),
    };
  }
  const scheme: QuantScheme = {
    kind: "quant-scheme",
    schemaVersion: 1,
    label: "4 bit",
    byName: { out: {} },
    byKind: {},
    default: {
      kernel: "quantized_bits(4,0,alpha=1)",
      bias: "quantized_bits(4,0,alpha=1)",
      activation: "quantized_relu(4)",
    },
  };
  const model = trainedModel(student, weights, scheme, "ap_fixed<16,6>");
  const network = toIntegerNetwork(model, {
    typeRule: "hls4ml",
    weightTypes: {
      out: { weight: parseType("ap_fixed<16,6>"), bias: parseType("ap_fixed<16,6>") },
    },
  });

  it("gives hls4ml's types", () => {
    const relu = "ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>";
    for (const layer of network.layers) {
      if (layer.kind !== "conv2d" && layer.kind !== "dense") continue;
      const want = golden.types[layer.name]!;
      expect(formatType(layer.weightType)).toBe(want["weight_t"]);
      expect(formatType(layer.biasType)).toBe(want["bias_t"]);
      expect(formatType(layer.accumulatorType)).toBe(want["accum_t"]);
      expect(formatType(layer.resultType)).toBe(layer.name === "out" ? want["result_t"] : relu);
    }
  });

  it("gives hls4ml's quantized weights", () => {
    for (const layer of network.layers) {
      if (layer.kind !== "conv2d" && layer.kind !== "dense") continue;
      // hls4ml prints the output layer's weights before its C++ cast truncates them.
      if (layer.name === "out") continue;
      const values = Array.from(layer.weights.values, (w) => integerToNumber(w, layer.weightType));
      expect(values).toEqual(golden.weights[`${layer.name}.weight`]!.quantized);
      const bias = Array.from(layer.bias.values, (b) => integerToNumber(b, layer.biasType));
      expect(bias).toEqual(golden.weights[`${layer.name}.bias`]!.quantized);
    }
  });

  it("computes what hls4ml's C simulation computes, at every layer", () => {
    validateNetwork(network);
    const activations = ["act1", "act2", "act3", "act4", "act5", "act6"];
    const layers = ["conv1", "conv2", "conv3", "conv4", "dense1", "dense2"];
    golden.input.forEach((image, n) => {
      const integers = image.map((x) => x * 2 ** fractionBits(network.inputType));
      const { output, trace } = runReference(network, integers);
      layers.forEach((name, i) => {
        const layer = network.layers.find((candidate) => candidate.name === name)!;
        const got = trace.get(name)!.result.map((v) => integerToNumber(v, layer.resultType));
        expect(got).toEqual(golden.trace[activations[i]!]![n]);
      });
      const { resultType } = network.layers.at(-1)!;
      expect(output.map((v) => integerToNumber(v, resultType))).toEqual(golden.output[n]);
    });
  });
});

describe("typeRule interval", () => {
  const spec = networkSpec({
    name: "tiny",
    inputShape: [1, 1, 2],
    layers: [
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "hidden", units: 2, activation: "relu" },
      { kind: "dense", name: "out", units: 1 },
    ],
  });
  const tensor = (shape: number[], ...values: number[]) => ({
    dtype: "float32" as const,
    shape,
    values: Float32Array.from(values),
  });
  const scheme = (kernel: string): QuantScheme => ({
    kind: "quant-scheme",
    schemaVersion: 1,
    label: "test",
    byName: {},
    byKind: {},
    default: { kernel, bias: "quantized_bits(4,0,1)" },
  });
  const weights: NamedWeights = {
    "hidden/kernel": tensor([2, 2], 0.75, 6, -0.25, -3),
    "hidden/bias": tensor([2], 0.25, 0),
    "out/kernel": tensor([2, 1], 0.5, -0.25),
    "out/bias": tensor([1], 0),
  };

  it("absorbs channel scales into integers on one fraction, in the smallest types", () => {
    const model = trainedModel(spec, weights, scheme("quantized_bits(3,0,1,alpha='auto_po2')"));
    const [, hidden, out] = toIntegerNetwork(model, { typeRule: "interval" }).layers;
    if (hidden?.kind !== "dense" || out?.kind !== "dense") throw new Error("two dense layers");
    // Channel 0 in steps of 0.25; channel 1 in steps of 2, where -3 rounds away from zero.
    expect(Array.from(hidden.weights.values, (w) => integerToNumber(w, hidden.weightType))).toEqual(
      [0.75, 6, -0.25, -4],
    );
    expect(formatType(hidden.weightType)).toBe("ap_fixed<6,4>");
    expect(formatType(hidden.biasType)).toBe("ap_ufixed<1,-1>");
    // Inputs are 0..1.5: channel 0 within [-0.125, 1.375], channel 1 within [-6, 9].
    expect(formatType(hidden.accumulatorType)).toBe("ap_fixed<8,5>");
    expect(formatType(hidden.resultType)).toBe("ap_ufixed<7,4>");
    expect(out.resultType).toEqual(out.accumulatorType);
  });

  it.each([
    "quantized_bits(4,0,1,alpha='auto_po2')",
    "binary(alpha='auto_po2')",
    "ternary(alpha='auto_po2')",
    "quantized_linear(4,0,1,alpha='auto_po2')",
  ])("keeps a bias of %s exact, whose elements have scales of their own", (bias) => {
    const base = scheme("quantized_bits(3,0,1,alpha='auto_po2')");
    const model = trainedModel(
      spec,
      { ...weights, "hidden/bias": tensor([2], 0.7, -0.011), "out/bias": tensor([1], 0.5) },
      { ...base, default: { ...base.default, bias } },
    );
    const values = Float32Array.of(0.7, -0.011);
    const quantized = quantize(parseQuantizer(bias), values, [2]);
    expect(new Set(quantized.scale).size).toBe(2);
    for (const typeRule of ["interval", "hls4ml"] as const) {
      const [, hidden] = toIntegerNetwork(model, { typeRule }).layers;
      if (hidden?.kind !== "dense") throw new Error("a dense layer");
      expect(Array.from(hidden.bias.values, (b) => integerToNumber(b, hidden.biasType))).toEqual(
        Array.from(quantized.values),
      );
    }
  });

  it("refuses a scale that is no power of two", () => {
    const model = trainedModel(spec, weights, scheme("quantized_bits(3,0,1,alpha='auto')"));
    expect(() => toIntegerNetwork(model, { typeRule: "interval" })).toThrow(/no power of two/);
    const fixed = trainedModel(spec, weights, scheme("quantized_bits(3,0,1,alpha=0.3)"));
    expect(() => toIntegerNetwork(fixed, { typeRule: "interval" })).toThrow(/hidden\/kernel/);
  });

  it("sends an unquantized output layer to freezeOutput", () => {
    const model = trainedModel(student, randomWeights(student, 1), nBitScheme(student, 4));
    expect(() => toIntegerNetwork(model, { typeRule: "interval" })).toThrow(/freezeOutput/);
  });

  it("refuses sums that float32 would round", () => {
    const wide = scheme("quantized_bits(16,0,1,alpha=1)");
    const model = trainedModel(spec, weights, wide, "ap_ufixed<10,1>");
    expect(() => toIntegerNetwork(model, { typeRule: "interval" })).toThrow(
      expect.objectContaining({ code: "inexact" }) as Error,
    );
  });

  it("names a missing weight and a wrong shape", () => {
    const rest = Object.fromEntries(
      Object.entries(weights).filter(([name]) => name !== "out/bias"),
    );
    const quantized = scheme("quantized_bits(3,0,1,alpha=1)");
    expect(() =>
      toIntegerNetwork(trainedModel(spec, rest, quantized), { typeRule: "interval" }),
    ).toThrow(/out\/bias/);
    const turned = { ...weights, "out/kernel": tensor([1, 2], 0.5, -0.25) };
    expect(() =>
      toIntegerNetwork(trainedModel(spec, turned, quantized), { typeRule: "interval" }),
    ).toThrow(/\[1, 2\].*\[2, 1\]/);
  });
});
