import { CnntargzError, HlsConfig } from "@cnntargz/contracts";
import {
  legalReuseFactors,
  requireLegalFactors,
  requireLegalReuseFactor,
} from "@cnntargz/hls-codegen";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { studentNetwork } from "./networks.js";

test("legal factors of a 9 x 6 product, worked out by hand with hls4ml's rule", () => {
  // Divisors of 54 that divide 9, or that 9 divides.
  expect(legalReuseFactors(9, 6)).toEqual([1, 3, 9, 18, 27, 54]);
});

test("legal factors give whole inputs, or whole slices of one input's outputs, per pass", () => {
  const size = fc.integer({ min: 1, max: 24 });
  fc.assert(
    fc.property(size, size, (inputs, outputs) => {
      const tidy: number[] = [];
      for (let factor = 1; factor <= inputs * outputs; factor += 1) {
        const block = (inputs * outputs) / factor;
        if (!Number.isInteger(block)) continue;
        const wholeInputs = block % outputs === 0;
        const slices = factor % inputs === 0 && outputs % block === 0;
        if (wholeInputs || slices) tidy.push(factor);
      }
      expect(legalReuseFactors(inputs, outputs)).toEqual(tidy);
    }),
  );
});

test("an illegal factor is refused with the layer and the legal values", () => {
  expect(() => {
    requireLegalReuseFactor("conv3", 9, 6, "resource", 6);
  }).toThrow(/layer conv3: reuse factor 6 .* legal values are 1, 3, 9, 18, 27, 54/);
  expect(() => {
    requireLegalReuseFactor("conv3", 9, 6, "latency", 55);
  }).toThrow(CnntargzError);
});

test("latency shares operators by any factor up to one multiplier", () => {
  expect(() => {
    requireLegalReuseFactor("conv3", 9, 6, "latency", 6);
    requireLegalReuseFactor("conv3", 9, 6, "latency", 54);
  }).not.toThrow();
});

describe("factors of all layers at once", () => {
  const student = studentNetwork();
  const refusal = (config: object, words?: "hls" | "hls4ml" | "command line"): string => {
    try {
      requireLegalFactors(student, HlsConfig.parse(config), words);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  const shared = { strategy: "resource", reuseFactor: 64 };

  test("every layer, its legal values and the nearest, which is hls4ml's choice", () => {
    const lines = refusal(shared).split("\n");
    const nearest = lines.slice(0, -1).map((line) => {
      const [, layer, value] = /^layer (\w+): .*; the nearest is (\d+)$/.exec(line)!;
      return [layer, Number(value)];
    });
    expect(Object.fromEntries(nearest)).toEqual({
      conv1: 9,
      conv2: 9,
      conv3: 54,
      conv4: 54,
      dense1: 48,
      dense2: 50,
      output: 20,
    });
    expect(lines[2]).toContain("legal values are 1, 3, 9, 18, 27, 54;");
    expect(lines.at(-1)).toMatch(
      /^Set layers\.conv1\.reuseFactor: 9, layers\.conv2\.reuseFactor: 9, /,
    );
  });

  test.each([
    ["hls4ml", /Set LayerName\.conv1\.ReuseFactor: 9, LayerName\.conv2\.ReuseFactor: 9, /],
    [
      "command line",
      /All of these take --reuse-factor 1; by layer, set in a --config file: layers\./,
    ],
  ] as const)("in the words of %s", (words, next) => {
    expect(refusal(shared, words)).toMatch(next);
  });

  test("long lists are cut around the wanted value; latency's is a range", () => {
    expect(refusal({ reuseFactor: 400 })).toMatch(
      /layer conv4: .* legal values are 1 to 324; the nearest is 324/,
    );
    const pixels = refusal({
      ioType: "io_parallel",
      layers: { conv3: { parallelizationFactor: 4 } },
    });
    expect(pixels).toMatch(
      /^layer conv3: .* legal values are 1, 2, 3, 5, 6, 10, .* nearest is 3\n/,
    );
    expect(refusal({ strategy: "resource", reuseFactor: 1 })).toBe("");
  });
});
