import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { bitLength, canonicalDigitCount } from "../src/canonical-digits.js";
import { dspPerProduct, multiplierLimit } from "../src/dsp.js";
import { kernelStatistics } from "../src/kernel-statistics.js";
import { cutTerms } from "../src/pipeline.js";

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
    expect(bitLength(-(2 ** 31))).toBe(32);
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
    expect([...withDsp.terms]).toEqual([3, 2, 1]);
    expect(withDsp.maxTerms).toBe(3);
  });

  it("keeps all products in LUTs without DSP blocks", () => {
    const { dspProducts, multiplierAdderBits, multiplierLevels } = kernelStatistics(
      matrix,
      8,
      false,
    );
    expect(dspProducts).toBe(0);
    expect(multiplierAdderBits).toBe(2 * (8 + 4) + (8 + 2) + 2 * (8 + 4));
    expect(multiplierLevels).toBe(2);
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

describe("cutTerms", () => {
  it("halves the terms per level and adds up the cuts", () => {
    // One of the first two levels reads: 1, 3, 5 levels after three cuts.
    expect(cutTerms({ terms: 55, multiplierLevels: 0, levelsPerCycle: 2, cuts: 3 })).toBe(
      28 + 7 + 2,
    );
    expect(cutTerms({ terms: 55, multiplierLevels: 1, levelsPerCycle: 2, cuts: 1 })).toBe(55);
    expect(cutTerms({ terms: 55, multiplierLevels: 0, levelsPerCycle: 2, cuts: 0 })).toBe(0);
  });
});
