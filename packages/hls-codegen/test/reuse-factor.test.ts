import { CnntargzError } from "@cnntargz/contracts";
import { legalReuseFactors, requireLegalReuseFactor } from "@cnntargz/hls-codegen";
import fc from "fast-check";
import { expect, test } from "vitest";

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
