import type { TrainedModel } from "@cnntargz/contracts";
import { compileNetwork, fractionBits, integerToNumber } from "@cnntargz/fixed-point";
import {
  formatQuantSummary,
  freezeOutput,
  nBitScheme,
  parseQuantizer,
  quantize,
  toIntegerNetwork,
} from "@cnntargz/quant";
import { describe, expect, it } from "vitest";

import { randomWeights, student, trainedModel, uniform } from "./trained-model.js";

const scheme = nBitScheme(student, 4, {
  activationInteger: { conv1: 1, conv2: 1, conv3: 1, conv4: 1, dense1: 2, dense2: 2 },
});
const count = 200;
const draw = uniform(7);
const images = Uint8Array.from({ length: count * 144 }, () => (draw() < 0.2 ? 2 * draw() + 1 : 0));
/** A Student whose last hidden layer is alive on these images. */
const model: TrainedModel = trainedModel(student, randomWeights(student, 11, 0.9), scheme);
const frozen = freezeOutput(model, images, count);

/** pT in GeV of the unrounded output layer, from the trunk's integers, one sum at a time. */
function floatPt(): number[] {
  const trunk = { ...model, spec: { ...student, layers: student.layers.slice(0, -1) } };
  const network = toIntegerNetwork(trunk, { typeRule: "interval" });
  const { resultType } = network.layers.at(-1)!;
  const activations = compileNetwork(network).run(images, count);
  const kernel = model.weights["out/kernel"]!.values;
  return Array.from({ length: count }, (_, n) => {
    let sum = model.weights["out/bias"]!.values[0]!;
    for (let i = 0; i < 10; i++) {
      sum += integerToNumber(activations[n * 10 + i]!, resultType) * kernel[i * 2]!;
    }
    return sum * 20;
  });
}

/** pT in GeV that the integer network of a frozen model computes. */
function integerPt(of: TrainedModel): number[] {
  const network = toIntegerNetwork(of, { typeRule: "interval" });
  const outputs = compileNetwork(network).run(images, count);
  const unit = 2 ** -fractionBits(network.layers.at(-1)!.resultType);
  return Array.from({ length: count }, (_, n) => outputs[n * 2]! * unit * 20);
}

describe("freezeOutput", () => {
  it("moves no pT by the limit, and tells by how much", () => {
    const before = floatPt();
    const after = integerPt(frozen.model);
    const worst = Math.max(...before.map((pt, n) => Math.abs(pt - after[n]!)));
    expect(new Set(before).size).toBeGreaterThan(20);
    expect(frozen.maxDeltaPtGeV).toBeLessThan(0.05);
    expect(frozen.maxDeltaPtGeV).toBeCloseTo(worst, 10);
    expect(frozen.maxDeltaTargets[0]! * 20).toBe(frozen.maxDeltaPtGeV);
  });

  it("takes the fewest fractional bits", () => {
    expect(frozen.fractionBits).toBeGreaterThan(0);
    expect(() =>
      freezeOutput(model, images, count, { maxFractionBits: frozen.fractionBits - 1 }),
    ).toThrow(/fractional bits of layer out still move pT/);
    const coarse = freezeOutput(model, images, count, { maxDeltaPtGeV: 2 });
    expect(coarse.fractionBits).toBeLessThan(frozen.fractionBits);
  });

  it("gives quantizers that are exact on weights rounded half to even", () => {
    const { kernel, bias } = frozen.model.quantScheme!.byName["out"]!;
    const unit = 2 ** frozen.fractionBits;
    for (const [name, notation] of [
      ["out/kernel", kernel!],
      ["out/bias", bias!],
    ] as const) {
      const tensor = frozen.model.weights[name]!;
      const { values } = quantize(parseQuantizer(notation), tensor.values, tensor.shape);
      expect(values).toEqual(tensor.values);
      tensor.values.forEach((value, i) => {
        const original = model.weights[name]!.values[i]! * unit;
        expect(Number.isInteger(value * unit)).toBe(true);
        expect(Math.abs(value * unit - original)).toBeLessThanOrEqual(0.5);
      });
    }
    const again = toIntegerNetwork(frozen.model, { typeRule: "hls4ml" }).layers.at(-1)!;
    if (again.kind !== "dense") throw new Error("the output is dense");
    expect(fractionBits(again.weightType)).toBe(frozen.fractionBits);
  });

  it("changes nothing but the output layer", () => {
    for (const name of Object.keys(model.weights)) {
      if (!name.startsWith("out/")) expect(frozen.model.weights[name]).toBe(model.weights[name]);
    }
    expect(model.quantScheme?.byName["out"]).toBeUndefined();
  });

  it("rounds ties to even", () => {
    const weights = { ...model.weights };
    const kernel = weights["out/kernel"]!;
    const values = Float32Array.from(kernel.values, (_, i) => [0.5, 1.5, -0.5, -2.5][i % 4]!);
    weights["out/kernel"] = { ...kernel, values };
    const rough = freezeOutput({ ...model, weights }, images, count, { maxDeltaPtGeV: 1e6 });
    expect(rough.fractionBits).toBe(0);
    expect(Array.from(rough.model.weights["out/kernel"]!.values.subarray(0, 4))).toEqual([
      0, 2, 0, -2,
    ]);
    expect(rough.model.quantScheme?.byName["out"]?.kernel).toBe("quantized_bits(3,2,0,alpha=1)");
  });

  it("refuses what it can not freeze", () => {
    expect(() => freezeOutput(frozen.model, images, count)).toThrow(/quantized already/);
    expect(() => freezeOutput({ ...model, quantScheme: null }, images, count)).toThrow(
      /scheme first/,
    );
    expect(() => freezeOutput(model, images, count - 1)).toThrow(/28656 values, there are 28800/);
    expect(() => freezeOutput(model, images, 0)).toThrow(/at least one/);
    const trunk = { ...model, spec: { ...student, layers: student.layers.slice(0, -1) } };
    expect(() => freezeOutput(trunk, images, count)).toThrow(/dense2, is no linear/);
  });

  it("reports progress and stops when aborted", () => {
    const fractions: number[] = [];
    freezeOutput(
      model,
      images,
      count,
      {},
      { onProgress: ({ fraction }) => fractions.push(fraction) },
    );
    expect(fractions.at(-1)).toBe(1);
    expect(() =>
      freezeOutput(model, images, count, {}, { signal: AbortSignal.abort(new Error("stop")) }),
    ).toThrow("stop");
  });
});

describe("formatQuantSummary", () => {
  it("lists every layer with its types and costs", () => {
    const lines = formatQuantSummary(
      toIntegerNetwork(frozen.model, { typeRule: "interval" }),
    ).split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toEqual([
      "layer",
      "conv1",
      "conv2",
      "conv3",
      "conv4",
      "dense1",
      "dense2",
      "out",
      "total",
      expect.stringMatching(/^\d+$/),
    ]);
    expect(lines[1]).toMatch(/ap_ufixed<2,1> .* 10 +\d+ % +\d+$/);
    expect(lines[8]).toMatch(/ 1032 /);
  });
});
