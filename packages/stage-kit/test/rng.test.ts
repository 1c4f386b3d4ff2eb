import { createRng, deriveKey, permutation } from "@cnntargz/stage-kit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("deriveKey", () => {
  it("is a function of seed and stage only", () => {
    expect(deriveKey(1, "dataset")).toEqual(deriveKey(1, "dataset"));
    expect(deriveKey(1, "dataset")).not.toEqual(deriveKey(2, "dataset"));
    expect(deriveKey(1, "dataset")).not.toEqual(deriveKey(1, "teacher"));
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses the seed %s", (seed) => {
    expect(() => deriveKey(seed, "dataset")).toThrow(/seed is .*must be an integer/);
  });
});

describe("createRng", () => {
  it("gives the same block whatever was drawn before", () => {
    const rng = createRng(deriveKey(7, "x"));
    const first = new Uint32Array(4);
    const again = new Uint32Array(4);
    rng.block(5, 2 ** 40 + 3, first);
    rng.block(6, 0, again);
    rng.block(5, 2 ** 40 + 3, again);
    expect(again).toEqual(first);
    rng.block(5, 3, again);
    expect(again).not.toEqual(first);
  });

  it("gives derived generators and seeds of their own", () => {
    const rng = createRng(deriveKey(7, "x"));
    const words = ["a", "b"].map((name) => {
      const out = new Uint32Array(4);
      rng.derive(name).block(0, 0, out);
      return [...out];
    });
    expect(words[0]).not.toEqual(words[1]);
    expect(rng.seed("a")).not.toBe(rng.seed("b"));
    expect(rng.seed("a")).toBeLessThan(2 ** 31);
  });
});

describe("permutation", () => {
  it("holds every index once, and differs by stream", () => {
    const rng = createRng(deriveKey(3, "shuffle"));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.nat(), (count, stream) => {
        const order = permutation(rng, stream, count);
        expect([...order].sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
      }),
    );
    expect(permutation(rng, 0, 100)).not.toEqual(permutation(rng, 1, 100));
  });

  it("is uniform: every index comes first about equally often", () => {
    const rng = createRng(deriveKey(11, "shuffle"));
    const counts = new Array<number>(10).fill(0);
    const draws = 20_000;
    for (let stream = 0; stream < draws; stream++) counts[permutation(rng, stream, 10)[0]!]!++;
    const expected = draws / 10;
    const chi2 = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 27.9 is the 0.1 % point of chi2 with 9 degrees of freedom; the seed is fixed.
    expect(chi2).toBeLessThan(27.9);
  });
});
