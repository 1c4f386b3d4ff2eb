import { inferAccumulator, parseType, runReference, sumIntervals } from "@cnntargz/fixed-point";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { denseOf, networkOf } from "./networks.js";

describe("hls4ml's rule", () => {
  test.each([
    ["ap_fixed<4,1>", "ap_ufixed<4,0>", "ap_fixed<4,1>", 54, "ap_fixed<15,8>"],
    ["ap_fixed<16,6>", "ap_ufixed<4,0>", "ap_fixed<16,6>", 10, "ap_fixed<25,11>"],
    ["ap_fixed<4,1>", "ap_fixed<16,6>", "ap_fixed<4,1>", 9, "ap_fixed<25,12>"],
    ["ap_fixed<4,1>", "ap_ufixed<4,0>", null, 54, "ap_fixed<14,7>"],
    ["ap_ufixed<4,1>", "ap_ufixed<4,0>", "ap_ufixed<4,1>", 1, "ap_ufixed<9,2>"],
    ["ap_ufixed<4,1>", "ap_ufixed<4,0>", "ap_fixed<4,1>", 1, "ap_fixed<10,3>"],
    ["ap_fixed<4,1>", "ap_ufixed<4,0>", "ap_ufixed<6,4>", 2, "ap_fixed<13,6>"],
    ["ap_fixed<4,1>", "ap_ufixed<4,0>", "ap_fixed<16,1>", 2, "ap_fixed<18,3>"],
  ])("weights %s, input %s, bias %s, %i products: %s", (weight, input, bias, terms, expected) => {
    const accumulator = inferAccumulator({
      rule: "hls4ml",
      weightType: parseType(weight),
      inputType: parseType(input),
      biasType: bias === null ? null : parseType(bias),
      terms,
    });
    expect(accumulator).toEqual(parseType(expected));
  });
});

describe("the interval rule", () => {
  const inputType = parseType("ap_ufixed<2,1>");
  const input = { min: 0n, max: 3n, fraction: 1 };
  const types = { weightType: parseType("ap_fixed<4,1>"), biasType: parseType("ap_fixed<6,1>") };

  test("looks at the weights, over all output channels", () => {
    const intervals = sumIntervals({
      inputs: [input, input],
      weights: [1, -8, 2, 7],
      bias: [1, 0],
      ...types,
    });
    // Units of 2^-5: the bias has five fraction bits, products have four.
    expect(intervals).toEqual([
      { min: 1n, max: 19n, fraction: 5 },
      { min: -48n, max: 42n, fraction: 5 },
    ]);
    const config = { inputs: [input, input], weights: [1, -8, 2, 7], bias: [1, 0], ...types };
    expect(inferAccumulator({ rule: "interval", ...config })).toEqual(parseType("ap_fixed<7,2>"));
  });

  test("repeats the channels' intervals over a kernel", () => {
    const config = { inputs: [input], weights: [1, 1, 1, 1], bias: [0], ...types };
    expect(inferAccumulator({ rule: "interval", ...config })).toEqual(parseType("ap_ufixed<5,0>"));
  });

  test("its accumulator gives the sums of one that is far too wide", () => {
    const weight = fc.integer({ min: -8, max: 7 });
    const rows = fc.array(fc.tuple(weight, fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: -32, max: 31 }), (row, bias) => {
        const weights = row.map(([w]) => w);
        const accumulatorType = inferAccumulator({
          rule: "interval",
          inputs: [input],
          weights,
          bias: [bias],
          ...types,
        });
        const sum = (type: typeof accumulatorType): bigint => {
          const resultType = parseType("ap_fixed<40,35>");
          const layer = denseOf(weights, [bias], { ...types, accumulatorType: type, resultType });
          const network = networkOf([1, 1, weights.length], inputType, [layer]);
          return runReference(
            network,
            row.map(([, x]) => x),
          ).output[0]!;
        };
        expect(sum(accumulatorType)).toBe(sum(parseType("ap_fixed<60,50>")));
      }),
    );
  });

  test("refuses sizes that do not go together", () => {
    const config = { inputs: [input, input], weights: [1, 2, 3], bias: [0], ...types };
    expect(() => inferAccumulator({ rule: "interval", ...config })).toThrow(
      /3 weights .* 1 outputs of a multiple of 2 inputs/,
    );
  });
});
