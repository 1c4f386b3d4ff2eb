import { describe, expect, it } from "vitest";

import { fewestTrialsBelow, probabilityAtMost } from "../src/binomial.js";

describe("probabilityAtMost", () => {
  it("agrees with sums by hand", () => {
    expect(probabilityAtMost(1, 3, 0.5)).toBeCloseTo(0.5, 12);
    expect(probabilityAtMost(0, 10, 0.1)).toBeCloseTo(0.9 ** 10, 12);
    expect(probabilityAtMost(-1, 10, 0.1)).toBe(0);
    expect(probabilityAtMost(10, 10, 0.1)).toBe(1);
  });

  it("survives large numbers, where it is symmetric about the mean", () => {
    expect(probabilityAtMost(2_000, 1_000_000, 0.002)).toBeCloseTo(0.5, 1);
    expect(probabilityAtMost(1_000, 1_000_000, 0.002)).toBeLessThan(1e-50);
    expect(probabilityAtMost(3_000, 1_000_000, 0.002)).toBeCloseTo(1, 10);
  });
});

describe("fewestTrialsBelow", () => {
  it("is 1,497 for two in a thousand and 59 for one in twenty", () => {
    expect(fewestTrialsBelow(0.002)).toBe(1_497);
    expect(fewestTrialsBelow(0.05)).toBe(59);
  });
});
