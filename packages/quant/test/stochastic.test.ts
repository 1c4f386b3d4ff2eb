import { noiseFor, parseQuantizer, quantize } from "@cnntargz/quant";
import { describe, expect, it } from "vitest";

const COUNT = 20_000;
const same = (value: number): Float32Array => new Float32Array(COUNT).fill(value);
const train = (text: string, x: Float32Array, seed = 1): Float32Array =>
  quantize(parseQuantizer(text), x, [x.length, 1], noiseFor(seed, x)).values;
const meanOf = (x: Float32Array): number => x.reduce((sum, value) => sum + value, 0) / x.length;
const levels = (x: Float32Array): number[] => [...new Set(x)].sort((a, b) => a - b);

describe("stochastic rounding in training", () => {
  it("keeps the mean, on the two nearest steps", () => {
    const text = "quantized_bits(4,0,alpha=1,use_stochastic_rounding=True)";
    for (const x of [0.3, -0.41, 0.01]) {
      const rounded = train(text, same(x));
      expect(levels(rounded).map((y) => y * 8)).toEqual([Math.floor(8 * x), Math.ceil(8 * x)]);
      // Five standard deviations of the mean of steps of 1/8.
      expect(Math.abs(meanOf(rounded) - x)).toBeLessThan((5 * 0.125) / 2 / Math.sqrt(COUNT));
    }
    expect(levels(train(text, same(0.25)))).toEqual([0.25]);
  });

  it("rounds activations to half steps, as QKeras does", () => {
    const relu = train("quantized_relu(3,0,use_stochastic_rounding=True)", same(0.3));
    expect(levels(relu).map((y) => y * 16)).toEqual([4, 5]);
    expect(Math.abs(meanOf(relu) - 0.3)).toBeLessThan(0.002);
    const tanh = train("quantized_tanh(3,True)", same(0.3));
    expect(levels(tanh).map((y) => y * 8)).toEqual([2, 3]);
    expect(levels(train("quantized_sigmoid(3,0,0,True)", same(0.3))).map((y) => y * 16)).toEqual([
      10, 11,
    ]);
  });

  it("keeps the mean of powers of two", () => {
    const powers = train("quantized_relu_po2(5,use_stochastic_rounding=True)", same(3.2));
    expect(levels(powers)).toEqual([2, 4]);
    expect(Math.abs(meanOf(powers) - 3.2)).toBeLessThan(0.04);
  });

  it("gives small weights a random sign, large ones their own", () => {
    const weights = Float32Array.from({ length: COUNT }, (_, i) => (i % 2 ? 0.01 : -1));
    const signs = train("binary(alpha=1,use_stochastic_rounding=True)", weights);
    const small = signs.filter((_, i) => i % 2 === 1);
    expect(levels(small)).toEqual([-1, 1]);
    // 0.01 is rounded to 0, whose sign is random, or with 4 % probability to 0.25.
    expect(Math.abs(meanOf(small) - 0.04)).toBeLessThan(0.05);
    expect(levels(signs.filter((_, i) => i % 2 === 0))).toEqual([-1]);
  });

  it("rounds ternary weights at random around half of the scale", () => {
    const weights = Float32Array.from({ length: COUNT }, (_, i) => [1, -1, 0.5][i % 3]!);
    const text = "ternary(alpha='auto',use_stochastic_rounding=True)";
    const middle = train(text, weights).filter((_, i) => i % 3 === 2);
    expect(levels(middle).length).toBe(2);
    const plain = train("ternary(alpha='auto')", weights).filter((_, i) => i % 3 === 2);
    expect(levels(plain).length).toBe(1);
  });

  it("is a function of the seed and the tensor alone", () => {
    const text = "quantized_bits(4,0,alpha=1,use_stochastic_rounding=True)";
    expect(train(text, same(0.3))).toEqual(train(text, same(0.3)));
    expect(train(text, same(0.3), 2)).not.toEqual(train(text, same(0.3)));
    const other = same(0.3);
    other[0] = 0.31;
    expect(train(text, other).subarray(1)).not.toEqual(train(text, same(0.3)).subarray(1));
  });

  it("is no matter of quantizers without it", () => {
    const x = Float32Array.from({ length: 100 }, (_, i) => i / 40 - 1);
    for (const text of ["quantized_bits(4)", "quantized_relu(3)", "binary", "quantized_tanh(4)"]) {
      expect(train(text, x)).toEqual(quantize(parseQuantizer(text), x, [100]).values);
    }
  });
});
