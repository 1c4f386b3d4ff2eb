import { binomialDraws, uniforms } from "@cnntargz/testkit";
import { describe, expect, it } from "vitest";

/** Words that count up, as a generator that is easy to follow. */
const rng = {
  block: (a: number, b: number, out: Uint32Array) => { out.set([4 * a, 4 * a + 1, 4 * a + 2, b]); },
  derive: () => rng,
  seed: () => 0,
};

describe("uniforms", () => {
  it("takes the words of one stream in turn", () => {
    const next = uniforms(rng, 7);
    const drawn = Array.from({ length: 6 }, () => Math.floor(next() * 2 ** 32));
    expect(drawn).toEqual([0, 1, 2, 7, 4, 5]);
  });
});

describe("binomialDraws", () => {
  it.each([
    [1, 0.3],
    [20, 0.05],
    [20, 0.95],
    [1000, 0.5],
    [100_000, 1e-4],
    [100_000, 0.97],
  ])("has mean and variance of %d trials of %d", (trials, p) => {
    const draw = binomialDraws(trials, p);
    const draws = 20_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < draws; i++) {
      const count = draw((i + 0.5) / draws);
      sum += count;
      squares += count * count;
    }
    const mean = sum / draws;
    expect(mean / (trials * p)).toBeCloseTo(1, 2);
    const variance = squares / draws - mean * mean;
    expect(variance / (trials * p * (1 - p))).toBeCloseTo(1, 1);
  });

  it("is certain of 0 and 1, and inverts the probabilities of one trial", () => {
    expect(binomialDraws(9, 0)(0.99)).toBe(0);
    expect(binomialDraws(9, 1)(0.01)).toBe(9);
    const draw = binomialDraws(1, 0.25);
    expect([0, 0.7499, 0.7501, 0.9999].map(draw)).toEqual([0, 0, 1, 1]);
  });
});
