import { parseType } from "@cnntargz/fixed-point";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canonicalDigitCount, oddBitLength } from "../src/canonical-digits.js";
import { dspPerProduct, multiplierLimit } from "../src/dsp.js";
import { expectedStatistics, kernelStatistics } from "../src/kernel-statistics.js";
import { nearestReuseFactor } from "../src/legal-reuse-factor.js";
import { expectedCodes } from "../src/weight-distribution.js";

/** Fewest signed powers of two that add up to `value`, by trying: Reitwiesner's theorem says CSD has it. */
function fewestDigits(value: number): number {
  if (value === 0) return 0;
  if (value % 2 === 0) return fewestDigits(value / 2);
  if (value === 1) return 1;
  return 1 + Math.min(fewestDigits((value - 1) / 2), fewestDigits((value + 1) / 2));
}

describe("canonicalDigitCount", () => {
  it("is the fewest signed powers of two", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (value) => {
        expect(canonicalDigitCount(value)).toBe(fewestDigits(Math.abs(value)));
      }),
    );
  });

  it("is at most two up to ten, so that four-bit weights need no DSP", () => {
    for (let value = -10; value <= 10; value++) {
      expect(canonicalDigitCount(value)).toBeLessThanOrEqual(2);
    }
    expect(canonicalDigitCount(11)).toBe(3);
  });

  it("knows the ends of 32-bit integers", () => {
    expect(canonicalDigitCount(-(2 ** 31))).toBe(1);
    expect(canonicalDigitCount(2 ** 31 - 1)).toBe(2);
    expect(oddBitLength(-(2 ** 31))).toBe(1);
    expect(oddBitLength(2 ** 31 - 1)).toBe(31);
  });
});

describe("kernelStatistics", () => {
  const matrix = {
    inputs: 2,
    outputs: 3,
    values: Int32Array.from([11, 11, 0, 3, -8, 13]),
    bias: Int32Array.from([1, 0, 0]),
  };

  it("counts distinct products per input", () => {
    const withDsp = kernelStatistics(matrix, 8, true);
    expect(withDsp.nonZero).toBe(5);
    // 11 once although used twice, 13; 3 = 4 - 1 adds once over 8 + 2 bits.
    expect(withDsp.dspProducts).toBe(2);
    expect(withDsp.multiplierAdderBits).toBe(8 + 2);
    expect(withDsp.maxTerms).toBe(3);
    // Both are positive and fit four bits.
    expect(withDsp.narrowLongProducts).toBe(2);
    expect(withDsp.dspTerms).toBe(3);
    // 3 comes one addition late, -8 none.
    expect(withDsp.lutTerms).toBe(2 + 1);
    expect(withDsp.lutProducts).toBe(2);
  });

  it("keeps all products in LUTs without DSP blocks", () => {
    const inLuts = kernelStatistics(matrix, 8, false);
    const { dspProducts, longProducts, multiplierAdderBits, multiplierLevels } = inLuts;
    expect(dspProducts).toBe(0);
    expect(longProducts).toBe(2);
    expect(multiplierAdderBits).toBe(2 * (8 + 4) + (8 + 2) + 2 * (8 + 4));
    expect(multiplierLevels).toBe(2);
  });
});

describe("expectedStatistics", () => {
  const type = (width: number) => parseType(`ap_fixed<${width},1>`);

  it("draws every weight with probability 1", () => {
    for (const width of [2, 4, 8, 16, 32]) {
      for (const inputs of [3, 32, 300]) {
        const codes = expectedCodes(type(width), inputs);
        expect(codes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
        const largest = codes.reduce((most, { code }) => Math.max(most, Math.abs(code)), 0);
        expect(largest).toBeLessThanOrEqual(2 ** (width - 1));
      }
    }
  });

  it("widens weights that two bits would round to zero, as QKeras does", () => {
    // 64 inputs: uniform within 0.217, rounded to halves: all zero; scaled by 8 in variance.
    const zero = expectedCodes(type(2), 64).find(({ code }) => code === 0)!;
    expect(zero.probability).toBeCloseTo(0.25 / Math.sqrt((3 * 8) / 64), 6);
  });

  it.each([4, 6, 8, 12])("is the mean over layers of random %i-bit weights", (width) => {
    const [inputs, outputs] = [32, 24];
    const shape = { inputs, outputs };
    const bias = new Int32Array(outputs);
    const limit = Math.sqrt(3 / inputs) * 2 ** (width - 1);
    let state = 3;
    const draw = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const trials = 100;
    const sums = {
      nonZero: 0,
      multiplierAdderBits: 0,
      dspProducts: 0,
      lutProducts: 0,
      lutTerms: 0,
      longProducts: 0,
    };
    let squares = 0;
    for (let trial = 0; trial < trials; trial++) {
      const values = Int32Array.from({ length: inputs * outputs }, () =>
        Math.round((2 * draw() - 1) * limit),
      );
      const counted = kernelStatistics({ ...shape, values, bias }, 16, width >= 8);
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += counted[key];
      squares += counted.longProducts ** 2;
    }
    const expected = expectedStatistics(shape, type(width), 16, width >= 8);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) {
      expect(Math.abs(sums[key] / trials - expected[key])).toBeLessThan(0.02 * expected[key] + 0.5);
    }
    // The stated deviation is a bound, and not a loose one.
    const deviation = Math.sqrt(squares / trials - (sums.longProducts / trials) ** 2);
    expect(expected.longDeviation).toBeGreaterThanOrEqual(0.85 * deviation);
    expect(expected.longDeviation).toBeLessThanOrEqual(2.5 * deviation);
  });
});

describe("nearestReuseFactor", () => {
  /** hls4ml's three conditions on a `resource` kernel. */
  const isLegal = (inputs: number, outputs: number, rf: number) => {
    const limit = Math.ceil((inputs * outputs) / Math.min(inputs, rf));
    return (
      (limit % outputs === 0 || rf >= inputs) &&
      (rf % inputs === 0 || rf < inputs) &&
      (inputs * outputs) % rf === 0
    );
  };

  it("is the legal factor nearest to the requested, the smaller of two", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 2000 }),
        (inputs, outputs, requested) => {
          const all = Array.from({ length: inputs * outputs }, (_, i) => i + 1);
          const legal = all.filter((rf) => isLegal(inputs, outputs, rf));
          const nearest = legal.toSorted(
            (a, b) => Math.abs(a - requested) - Math.abs(b - requested) || a - b,
          )[0];
          expect(nearestReuseFactor(inputs, outputs, "resource", requested)).toBe(nearest);
        },
      ),
    );
  });
});

describe("dspPerProduct", () => {
  it("cuts wide operands into tiles of 27 x 18", () => {
    expect(dspPerProduct(27, 18, 48)).toBe(1);
    expect(dspPerProduct(28, 18, 48)).toBe(2);
    expect(dspPerProduct(32, 32, 64)).toBe(4);
  });

  it("gives the published Teacher: 10,562 products of 32 bits kept in 32", () => {
    expect(10_562 * dspPerProduct(32, 32, 32)).toBe(31_686);
  });
});

describe("multiplierLimit", () => {
  it("is hls4ml's expression", () => {
    expect(multiplierLimit(48, 10, 400, 1)).toBe(400);
    expect(multiplierLimit(48, 10, 400, 7)).toBe(Math.ceil(480 / 7) - Math.floor(80 / 7));
  });
});
