import { power } from "@cnntargz/contracts";
import { describe, expect, it } from "vitest";

describe("power", () => {
  it("has these bits, whatever the version of Node.js", () => {
    expect(power(0.5, 0.5)).toBe(0.7071067811865475);
    expect(power(20 / 3, 0.123)).toBe(1.262818033467465);
    expect(power(7.3, -3.5)).toBe(0.0009514149898302713);
  });

  it("is within 1e-14 of the power, and exact at its ends", () => {
    for (const base of [0.001, 0.3, 1, 1.7, 19.99]) {
      for (const exponent of [-4.5, -1, 0.2, 1, 3]) {
        const ratio = power(base, exponent) / base ** exponent;
        expect(Math.abs(ratio - 1)).toBeLessThan(1e-14);
      }
    }
    expect(power(0, 0)).toBe(1);
    expect(power(0, 3)).toBe(0);
    expect(power(0, -1)).toBe(Infinity);
    expect(power(5, 0)).toBe(1);
    expect(power(1, 1e9)).toBe(1);
  });
});
