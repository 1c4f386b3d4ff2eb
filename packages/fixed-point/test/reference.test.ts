import type { IntegerAveragePool2d, IntegerNetwork } from "@cnntargz/contracts";
import { compileNetwork, parseType, runReference } from "@cnntargz/fixed-point";
import { describe, expect, test } from "vitest";

import { convOf, denseOf, int16, networkOf } from "./networks.js";

const run = (network: IntegerNetwork, image: number[]): number[] => {
  const output = runReference(network, image).output.map(Number);
  expect([...compileNetwork(network).run(Int32Array.from(image), 1)]).toEqual(output);
  return output;
};

describe("convolution", () => {
  const weights = [1, 10, 100, 1000];

  test("pads add zeros on their side", () => {
    const pads = { top: 1, bottom: 0, left: 1, right: 0 };
    const layer = convOf([2, 2, 1], [2, 2, 1], [2, 2], weights, { pads });
    expect(run(networkOf([2, 2, 1], int16, [layer]), [1, 2, 3, 4])).toEqual([
      1000, 2100, 3010, 4321,
    ]);
  });

  test("strides count vertically and horizontally", () => {
    const layer = convOf([3, 4, 1], [2, 2, 1], [1, 2], [1, 10], { strides: [2, 2] });
    const image = [1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 7, 8];
    expect(run(networkOf([3, 4, 1], int16, [layer]), image)).toEqual([21, 43, 65, 87]);
  });

  test("weights are (kh, kw, cin, cout)", () => {
    const layer = convOf([1, 2, 2], [1, 1, 2], [1, 2], [1, 5, 10, 50, 100, 500, 1000, 5000]);
    expect(run(networkOf([1, 2, 2], int16, [layer]), [1, 2, 3, 4])).toEqual([4321, 21605]);
  });
});

describe("accumulators are cast after every product", () => {
  const network = (accumulator: string, weightType = int16): IntegerNetwork =>
    networkOf([1, 1, 2], int16, [
      denseOf([1, -1], [7], { accumulatorType: parseType(accumulator), weightType }),
    ]);

  test("saturation forgets what came before", () => {
    expect(run(network("ap_fixed<4,4,AP_TRN,AP_SAT>"), [1, 1])).toEqual([6]);
    expect(run(network("ap_fixed<5,5,AP_TRN,AP_SAT>"), [1, 1])).toEqual([7]);
  });

  test("a wrap on the way is undone, one at the end is not", () => {
    expect(run(network("ap_fixed<4,4>"), [1, 1])).toEqual([7]);
    expect(run(network("ap_fixed<4,4>"), [1, 0])).toEqual([-8]);
  });

  test("each product is rounded by itself", () => {
    const halves = parseType("ap_fixed<4,3>");
    const sums = (accumulator: string): number[] =>
      run(
        networkOf([1, 1, 2], int16, [
          denseOf([1, 1], [0], { weightType: halves, accumulatorType: parseType(accumulator) }),
        ]),
        [1, 1],
      );
    expect(sums("ap_fixed<8,8>")).toEqual([0]);
    expect(sums("ap_fixed<8,8,AP_RND>")).toEqual([2]);
    expect(sums("ap_fixed<8,7>")).toEqual([1]);
  });

  test("relu comes before the cast to the result", () => {
    const wraps = parseType("ap_ufixed<3,3>");
    const layer = denseOf([1], [0], { activation: "relu", resultType: wraps });
    const rectified = networkOf([1, 1, 1], int16, [layer]);
    expect(run(rectified, [-3])).toEqual([0]);
    expect(run(rectified, [11])).toEqual([3]);
    const linear = networkOf([1, 1, 1], int16, [{ ...layer, activation: "linear" }]);
    expect(run(linear, [-3])).toEqual([5]);
  });
});

describe("pooling", () => {
  const average = (changes: Partial<IntegerAveragePool2d>): IntegerNetwork =>
    networkOf([1, 3, 1], int16, [
      {
        kind: "averagePool2d",
        name: "pool",
        inputShape: [1, 3, 1],
        outputShape: [1, 1, 1],
        poolSize: [1, 3],
        strides: [1, 3],
        accumulatorType: int16,
        resultType: int16,
        ...changes,
      },
    ]);
  test.each([
    ["AP_TRN", [1, 1, 3], 1],
    ["AP_TRN", [-1, -1, -3], -2],
    ["AP_TRN_ZERO", [-1, -1, -3], -1],
    ["AP_RND", [1, 1, 3], 2],
    ["AP_RND", [1, 1, 2], 1],
    ["AP_RND_CONV", [-1, -1, -3], -2],
  ])("the mean is an exact rational, rounded once: %s of %j", (mode, image, mean) => {
    const resultType = parseType(`ap_fixed<16,16,${mode},AP_SAT>`);
    expect(run(average({ resultType }), image)).toEqual([mean]);
  });

  test("thirds keep the fraction bits of the result", () => {
    expect(run(average({ resultType: parseType("ap_fixed<16,8>") }), [1, 0, 0])).toEqual([85]);
    expect(run(average({ resultType: parseType("ap_fixed<16,18,AP_RND>") }), [10, 10, 10])).toEqual(
      [3],
    );
  });

  test("an accumulator that can not hold the sum is refused, not wrapped", () => {
    const network = average({ accumulatorType: parseType("ap_int<4>") });
    expect(run(network, [3, 3, 1])).toEqual([2]);
    for (const attempt of [
      () => runReference(network, [3, 3, 2]),
      () => compileNetwork(network).run(Int32Array.of(3, 3, 2), 1),
    ]) {
      expect(attempt).toThrow(/layer pool: the sum 8 .* ap_fixed<4,4>/);
    }
  });

  test("the largest of each channel", () => {
    const network = networkOf([2, 4, 2], int16, [
      {
        kind: "maxPool2d",
        name: "pool",
        inputShape: [2, 4, 2],
        outputShape: [1, 2, 2],
        poolSize: [2, 2],
        strides: [2, 2],
        resultType: int16,
      },
      {
        kind: "flatten",
        name: "flatten",
        inputShape: [1, 2, 2],
        outputShape: [1, 1, 4],
        resultType: parseType("ap_fixed<16,16,AP_TRN,AP_SAT_SYM>"),
      },
    ]);
    const image = [1, -9, 2, -8, 3, -7, 4, -6, 5, -5, 0, -4, 0, -3, 0, -2];
    expect(run(network, image)).toEqual([5, -4, 4, -2]);
  });
});

describe("images", () => {
  const network = networkOf([1, 1, 2], parseType("ap_ufixed<2,1>"), [denseOf([1, 1], [0])]);
  const images: [string, number[], RegExp][] = [
    ["of another size", [1], /images of/],
    ["with values outside the input type", [1, 4], /image value 1 is 4;.*0\.\.3/],
    ["with values that are no integers", [0.5, 1], /image value 0 is 0\.5/],
    ["with NaN", [1, Number.NaN], /image value 1 is NaN/],
  ];
  test.each(images)("%s are refused", (_, image, message) => {
    expect(() => runReference(network, image)).toThrow(message);
    expect(() => compileNetwork(network).run(Float64Array.from(image), 1)).toThrow(message);
    expect(() => compileNetwork(network).trace(image)).toThrow(message);
  });
});

test("results that float64 can not hold are refused by run, and exact in trace", () => {
  const wide = parseType("ap_int<64>");
  const network = networkOf([1, 1, 1], parseType("ap_int<31>"), [
    denseOf([2 ** 30 - 1], [1], {
      weightType: parseType("ap_int<32>"),
      accumulatorType: wide,
      resultType: wide,
    }),
  ]);
  const compiled = compileNetwork(network);
  expect(compiled.arithmetic).toBe("reference");
  expect([...compiled.run(Int32Array.of(2), 1)]).toEqual([2 ** 31 - 1]);
  expect(() => compiled.run(Int32Array.of(2 ** 30 - 1), 1)).toThrow(/not a float64/);
  expect(compiled.trace([2 ** 30 - 1]).output).toEqual([(2n ** 30n - 1n) ** 2n + 1n]);
});
