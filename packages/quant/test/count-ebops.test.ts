import type { IntegerNetwork } from "@cnntargz/contracts";
import { parseType } from "@cnntargz/fixed-point";
import { countEbops, effectiveBits } from "@cnntargz/quant";
import { describe, expect, it } from "vitest";

const ints = (shape: number[], ...values: number[]) => ({
  dtype: "int32" as const,
  shape,
  values: Int32Array.from(values),
});
const types = {
  weightType: parseType("ap_fixed<4,1>"),
  biasType: parseType("ap_fixed<4,1>"),
  accumulatorType: parseType("ap_fixed<12,6>"),
};
const network: IntegerNetwork = {
  kind: "integer-network",
  schemaVersion: 1,
  name: "tiny",
  typeRule: "interval",
  inputShape: [1, 3, 1],
  inputType: parseType("ap_ufixed<2,1>"),
  labelScaling: { ptScaleGeV: 20, eta: "window" },
  provenance: { stage: "test", packages: {}, seed: 0, inputs: {}, config: null },
  layers: [
    {
      kind: "conv2d",
      name: "conv",
      inputShape: [1, 3, 1],
      outputShape: [1, 3, 1],
      kernelSize: [1, 3],
      strides: [1, 1],
      pads: { top: 0, bottom: 0, left: 1, right: 1 },
      ...types,
      activation: "relu",
      weights: ints([1, 3, 1, 1], 3, 0, -4),
      bias: ints([1], 5),
      resultType: parseType("ap_ufixed<4,0,AP_RND_CONV,AP_SAT>"),
    },
    {
      kind: "flatten",
      name: "flatten",
      inputShape: [1, 3, 1],
      outputShape: [1, 1, 3],
      resultType: parseType("ap_ufixed<4,0,AP_RND_CONV,AP_SAT>"),
    },
    {
      kind: "dense",
      name: "out",
      inputShape: [1, 1, 3],
      outputShape: [1, 1, 2],
      ...types,
      activation: "linear",
      weights: ints([3, 2], 7, 0, -1, 6, 0, 0),
      bias: ints([2], 0, -2),
      resultType: types.accumulatorType,
    },
  ],
};

describe("effectiveBits", () => {
  it("counts from the outermost to the innermost bit that is set", () => {
    expect([0, 1, -1, 8, 5, 7, -6, 0b0011001000].map(effectiveBits)).toEqual([
      0, 1, 1, 1, 3, 3, 2, 5,
    ]);
  });
});

describe("countEbops", () => {
  it("adds input bits times weight bits over all products, without padding", () => {
    const { layers, total, totalPerPosition } = countEbops(network);
    const [conv, out] = layers;
    // Taps 3 (2 bits) and -4 (1 bit) each meet 2 of 3 pixels at 2 bits; the bias 5 has 3 bits.
    expect(conv).toMatchObject({
      zeros: 1,
      parameters: 4,
      products: 4,
      ebops: 2 * (2 * 2) + 2 * (1 * 2) + 3 * 3,
      ebopsPerPosition: 2 * 2 + 1 * 2 + 3,
      inputBits: 2,
      weightBits: 4,
      accumulatorBits: 12,
      resultBits: 4,
    });
    // 7 (3 bits), -1 (1), 6 (2) at 4 bits each; the bias -2 has 1 bit.
    expect(out).toMatchObject({ zeros: 3, products: 3, ebops: 4 * (3 + 1 + 2) + 1 });
    expect(total).toBe(21 + 25);
    expect(totalPerPosition).toBe(9 + 25);
  });
});
