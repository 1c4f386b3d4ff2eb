import { readFileSync } from "node:fs";

import { parseQuantizer, quantize, quantizeGradient } from "@cnntargz/quant";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { uniform } from "./trained-model.js";

interface Case {
  quantizer: string;
  label: string;
  shape: number[];
  input: number[];
  output: number[];
  grad: number[];
  scale?: number[];
}
const { cases } = JSON.parse(
  readFileSync(new URL("fixtures/qkeras_quantizers_f32.json", import.meta.url), "utf8"),
) as { cases: Case[] };

describe("against QKeras 0.9 in float32", () => {
  it("has cases of every quantizer that is implemented", () => {
    expect(cases.length).toBe(75);
  });
  it.each(cases.map((c) => [`${c.quantizer} ${c.label}`, c] as const))("%s", (_, golden) => {
    const quantizer = parseQuantizer(golden.quantizer);
    const input = Float32Array.from(golden.input);
    const { values, scale } = quantize(quantizer, input, golden.shape);
    expect(Array.from(values)).toEqual(golden.output);
    if (golden.scale !== undefined) {
      expect(Array.from(scale!)).toEqual(golden.scale);
    } else expect(scale).toBeNull();
    const gradient = quantizeGradient(
      quantizer,
      input,
      new Float32Array(input.length).fill(1),
      golden.shape,
    );
    expect(Array.from(gradient)).toEqual(golden.grad);
  });
});

describe("quantize", () => {
  const values = (seed: number, count: number, size: number): Float32Array => {
    const draw = uniform(seed);
    return Float32Array.from({ length: count }, () => (2 * draw() - 1) * size);
  };

  it("leaves quantized values as they are, on the grid and within the range", () => {
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom("quantized_bits" as const, "quantized_linear" as const),
          bits: fc.integer({ min: 2, max: 12 }),
          integer: fc.integer({ min: -3, max: 5 }),
          symmetric: fc.boolean(),
          keepNegative: fc.boolean(),
          alpha: fc.constantFrom(null, 1, 0.25),
        }),
        fc.nat(),
        (quantizer, seed) => {
          const x = values(seed, 64, 2 ** (quantizer.integer + 1));
          const { values: q } = quantize(quantizer, x, [64]);
          const sign = Number(quantizer.keepNegative);
          const alpha = quantizer.alpha ?? 1;
          const step = alpha * 2 ** (quantizer.integer - quantizer.bits + sign);
          const m = 2 ** (quantizer.bits - sign);
          const low = quantizer.keepNegative ? -m + Number(quantizer.symmetric) : 0;
          q.forEach((value, i) => {
            const code = value / step;
            expect(Number.isInteger(code)).toBe(true);
            expect(code).toBeGreaterThanOrEqual(low);
            expect(code).toBeLessThan(m);
            if (alpha === 1 && code > low && code < m - 1) {
              expect(Math.abs(value - x[i]!)).toBeLessThanOrEqual(step / 2);
            }
          });
          if (alpha === 1) expect(quantize(quantizer, q, [64]).values).toEqual(q);
        },
      ),
    );
  });

  it("scales each output channel by itself", () => {
    const quantizer = parseQuantizer("quantized_bits(4,0,1,alpha='auto_po2')");
    const small = values(1, 20, 0.1);
    const large = values(2, 20, 5);
    const both = Float32Array.from({ length: 40 }, (_, i) => (i % 2 ? large : small)[i >> 1]!);
    const { values: q, scale } = quantize(quantizer, both, [4, 5, 2]);
    const alone = [small, large].map((x) => quantize(quantizer, x, [20, 1]));
    expect(Array.from(scale!)).toEqual(alone.map(({ scale: s }) => s![0]));
    expect(Array.from(q)).toEqual(Array.from(both, (_, i) => alone[i % 2]!.values[i >> 1]!));
  });

  it("keeps a channel of zeros at zero", () => {
    for (const alpha of ["auto", "auto_po2"]) {
      for (const kind of ["quantized_bits(4,0,1,", "quantized_linear(4,0,1,", "ternary("]) {
        const quantizer = parseQuantizer(`${kind}alpha='${alpha}')`);
        const { values: q } = quantize(quantizer, new Float32Array(6), [3, 2]);
        expect(q).toEqual(new Float32Array(6));
      }
    }
  });

  it("refuses a shape that does not hold the values", () => {
    const quantizer = parseQuantizer("quantized_bits(4,0,1,alpha='auto')");
    expect(() => quantize(quantizer, new Float32Array(6), [4, 2])).toThrow(/\[4, 2\] has 8 .* 6/);
  });
});

describe("quantizeGradient", () => {
  it("passes on, scales or stops the upstream gradient", () => {
    const x = Float32Array.of(-2, -0.5, 0, 0.5, 0.9375, 0.95, 3);
    const dy = Float32Array.of(1, -2, 3, -4, 5, -6, 7);
    const gradient = (notation: string): number[] =>
      Array.from(quantizeGradient(parseQuantizer(notation), x, dy), (value) => value + 0);
    expect(gradient("quantized_bits(4)")).toEqual([1, -2, 3, -4, 5, -6, 7]);
    expect(gradient("quantized_linear(4,0,0)")).toEqual([0, -2, 3, -4, 0, 0, 0]);
    expect(gradient("quantized_relu(4)")).toEqual([0, 0, 0, -4, 5, 0, 0]);
    expect(gradient("quantized_relu(5,0,negative_slope=0.5)")).toEqual([0.5, -1, 1.5, -4, 5, 0, 0]);
    expect(gradient("quantized_relu(4,is_quantized_clip=False)")).toEqual([0, 0, 0, -4, 5, -6, 7]);
    expect(gradient("ternary(alpha=1)")).toEqual([1, -2, 3, -4, 5, -6, 7]);
    expect(gradient("quantized_sigmoid(4)").slice(0, 4)).toEqual([0, -1, 1.5, -2]);
  });
});
