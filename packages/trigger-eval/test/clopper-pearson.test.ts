import { readFileSync } from "node:fs";

import { clopperPearson, lowerLimit, ONE_SIGMA, upperLimit } from "@cnntargz/trigger-eval";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

interface Fixture {
  intervals: { passed: number; total: number; confidence: number; low: number; high: number }[];
  limits: { passed: number; total: number; confidence: number; lower: number; upper: number }[];
}
const fixture = JSON.parse(
  readFileSync(new URL("fixtures/clopper-pearson.json", import.meta.url), "utf8"),
) as Fixture;

const limits = JSON.parse(
  readFileSync(new URL("fixtures/clopper-pearson-limits.json", import.meta.url), "utf8"),
) as Fixture["limits"];

/** Both absolutely and relatively close to 1e-9. */
function expectClose(value: number, reference: number): void {
  expect(Math.abs(value - reference)).toBeLessThanOrEqual(1e-9 * Math.min(1, reference));
}

/** P(at most `passed` of `total`), added up term by term. */
function binomialCdf(passed: number, total: number, p: number): number {
  let sum = 0;
  let logChoose = 0;
  for (let k = 0; k <= passed; k++) {
    sum += Math.exp(logChoose + k * Math.log(p) + (total - k) * Math.log1p(-p));
    logChoose += Math.log(total - k) - Math.log(k + 1);
  }
  return sum;
}

describe("clopperPearson", () => {
  it.each(fixture.intervals)("$passed of $total at $confidence", (expected) => {
    const { passed, total, confidence } = expected;
    const interval = clopperPearson(passed, total, confidence);
    expectClose(interval.low, expected.low);
    expectClose(interval.high, expected.high);
    expect(interval).toMatchObject({ passed, total, confidence, value: passed / total });
  });

  it("knows nothing of an empty sample", () => {
    expect(clopperPearson(0, 0)).toEqual({
      passed: 0,
      total: 0,
      value: null,
      low: 0,
      high: 1,
      confidence: ONE_SIGMA,
    });
  });

  it("holds the value, mirrors failures, and narrows with lower confidence", () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), (a, b) => {
        const [passed, total] = a < b ? [a, b] : [b, a];
        if (total === 0) return;
        const { low, high, value } = clopperPearson(passed, total);
        expect(low).toBeLessThanOrEqual(value!);
        expect(high).toBeGreaterThanOrEqual(value!);
        const mirrored = clopperPearson(total - passed, total);
        expect(mirrored.low).toBeCloseTo(1 - high, 9);
        expect(mirrored.high).toBeCloseTo(1 - low, 9);
        const wide = clopperPearson(passed, total, 0.95);
        expect(wide.low).toBeLessThanOrEqual(low);
        expect(wide.high).toBeGreaterThanOrEqual(high);
      }),
    );
  });

  it("refuses what is not a proportion", () => {
    expect(() => clopperPearson(3, 2)).toThrow(/3 of 2/);
    expect(() => clopperPearson(-1, 2)).toThrow(/-1 of 2/);
    expect(() => clopperPearson(0.5, 2)).toThrow(/0.5 of 2/);
    expect(() => clopperPearson(1, Number.NaN)).toThrow(/of NaN/);
    for (const confidence of [0, 1, 95, Number.NaN]) {
      expect(() => clopperPearson(1, 2, confidence)).toThrow(/confidence is/);
    }
  });
});

describe("lowerLimit and upperLimit", () => {
  it.each(fixture.limits)("$passed of $total at $confidence", (expected) => {
    const { passed, total, confidence } = expected;
    expectClose(lowerLimit(passed, total, confidence), expected.lower);
    expectClose(upperLimit(passed, total, confidence), expected.upper);
  });

  it("are right to 1e-11 at any confidence, for up to 10^7 events", () => {
    const wrong = limits.filter(({ passed, total, confidence, lower, upper }) => {
      const isClose = (value: number, reference: number): boolean =>
        Math.abs(value - reference) <= 1e-11 * reference;
      return !(
        isClose(lowerLimit(passed, total, confidence), lower) &&
        isClose(upperLimit(passed, total, confidence), upper)
      );
    });
    expect(wrong).toEqual([]);
    expect(limits.length).toBeGreaterThan(150);
  });

  it("agree with both ends of the central interval, whose tails are half as likely", () => {
    for (const [passed, total] of [
      [0, 7],
      [3, 7],
      [7, 7],
      [2, 100_000],
    ] as const) {
      for (const confidence of [0.999998, 0.9999999998]) {
        const oneSided = (1 + confidence) / 2;
        const { low, high } = clopperPearson(passed, total, confidence);
        // (1 + confidence) / 2 is rounded to 1e-16, which is 1e-6 of the smaller tail.
        expect(low).toBeCloseTo(lowerLimit(passed, total, oneSided), 6);
        expect(high).toBeCloseTo(upperLimit(passed, total, oneSided), 6);
      }
    }
  });

  it("are where the binomial tail is 5 %", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (passed, rest) => {
          const total = passed + rest;
          const high = upperLimit(passed, total, 0.95);
          expect(binomialCdf(passed, total, high)).toBeCloseTo(0.05, 8);
          const low = lowerLimit(passed, total, 0.95);
          expect(1 - binomialCdf(passed - 1, total, low)).toBeCloseTo(0.05, 8);
        },
      ),
    );
  });

  it("need 1,497 clean background events for a fake rate below 2 permille", () => {
    expect(upperLimit(0, 1496, 0.95)).toBeGreaterThan(0.002);
    expect(upperLimit(0, 1497, 0.95)).toBeLessThan(0.002);
  });

  it("claim nothing of an empty sample", () => {
    expect(lowerLimit(0, 0, 0.95)).toBe(0);
    expect(upperLimit(0, 0, 0.95)).toBe(1);
  });
});
