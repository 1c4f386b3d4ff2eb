import {
  fractionBits,
  type Interval,
  layerIntervals,
  networkIntervals,
  parseType,
  refineInterval,
  runReference,
} from "@cnntargz/fixed-point";
import { randomImages, randomNetwork } from "@cnntargz/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

import { convOf, denseOf, networkOf } from "./networks.js";

/** Which of `values` (NHWC, in units of 2^-fraction) lie outside their channel's interval. */
function outside(
  values: readonly bigint[],
  fraction: number,
  bounds: readonly Interval[],
): bigint[] {
  return values.filter((value, i) => {
    const { min, max } = refineInterval(bounds[i % bounds.length]!, fraction);
    return value < min || value > max;
  });
}

test.each(["exact", "any"] as const)(
  "intervals hold every number of random networks with %s accumulators",
  (accumulators) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const network = randomNetwork(seed, { modes: "any", accumulators });
        const intervals = networkIntervals(network);
        const { trace } = runReference(network, randomImages(network, seed, 1));
        for (const layer of network.layers) {
          const { accumulator, result } = trace.get(layer.name)!;
          const bounds = intervals.get(layer.name)!;
          expect(bounds.result).toHaveLength(layer.outputShape[2]);
          expect(outside(result, fractionBits(layer.resultType), bounds.result)).toEqual([]);
          if (accumulators === "exact") expect(bounds.exact).toBe(true);
          if (!("accumulatorType" in layer)) continue;
          const fraction = fractionBits(layer.accumulatorType);
          expect(outside(accumulator!, fraction, bounds.accumulator!)).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  },
);

test("the ends of a dense layer are reached", () => {
  const network = networkOf([1, 1, 3], parseType("ap_uint<2>"), [denseOf([5, -3, 2], [-1])]);
  const { accumulator } = networkIntervals(network).get("dense")!;
  expect(accumulator).toEqual([{ min: -10n, max: 20n, fraction: 0 }]);
  expect(runReference(network, [0, 3, 0]).output).toEqual([-10n]);
  expect(runReference(network, [3, 0, 3]).output).toEqual([20n]);
});

test("a wrap on the way keeps sums exact, saturation does not", () => {
  const exact = (accumulator: string): boolean => {
    const layer = denseOf([1, -1], [7], { accumulatorType: parseType(accumulator) });
    const network = networkOf([1, 1, 2], parseType("ap_uint<1>"), [layer]);
    return networkIntervals(network).get("dense")!.exact;
  };
  expect(exact("ap_fixed<5,5,AP_TRN,AP_SAT>")).toBe(true);
  expect(exact("ap_fixed<4,4,AP_TRN,AP_SAT>")).toBe(false);
  expect(exact("ap_fixed<4,4>")).toBe(false);
  const inner = denseOf([1, -1], [7], { accumulatorType: parseType("ap_fixed<4,4>") });
  const lower = { ...inner, weights: { ...inner.weights, values: Int32Array.of(0, -1) } };
  const network = networkOf([1, 1, 2], parseType("ap_uint<1>"), [lower]);
  expect(networkIntervals(network).get("dense")!.exact).toBe(true);
});

test("padding adds zeros to what a convolution sees", () => {
  const pads = { top: 0, bottom: 0, left: 0, right: 1 };
  const ones = [{ min: 2n, max: 3n, fraction: 0 }];
  const sums = (padded: boolean) => {
    const width = padded ? 3 : 2;
    const layer = convOf([1, 3, 1], [1, width, 1], [1, 2], [1, 5], padded ? { pads } : {});
    return layerIntervals(layer, ones).accumulator;
  };
  expect(sums(false)).toEqual([{ min: 12n, max: 18n, fraction: 0 }]);
  expect(sums(true)).toEqual([{ min: 0n, max: 18n, fraction: 0 }]);
});
