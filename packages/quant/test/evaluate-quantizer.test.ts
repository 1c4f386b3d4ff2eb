import { evaluateQuantizer } from "@cnntargz/quant";
import { describe, expect, it } from "vitest";

const evaluate = (text: string, input: number[], shape?: number[]) => {
  const { output, gradient } = evaluateQuantizer(text, Float32Array.from(input), shape);
  // 0 and -0 are the same value.
  return { output: Array.from(output, (y) => y + 0), gradient: Array.from(gradient, (g) => g + 0) };
};

describe("evaluateQuantizer", () => {
  it("gives QKeras' values and straight-through gradients", () => {
    const x = [-1.3, -0.9375, -0.4375, -0.0625, 0.0625, 0.1875, 0.3125, 0.9375];
    expect(evaluate("quantized_bits(4,0,alpha=1)", x)).toEqual({
      output: [-1, -1, -0.5, 0, 0, 0.25, 0.25, 0.875],
      gradient: x.map(() => 1),
    });
    expect(evaluate("quantized_relu(4,0)", [-1, 0, 0.03125, 0.1, 0.3, 0.99])).toEqual({
      output: [0, 0, 0, 0.125, 0.3125, 0.9375],
      gradient: [0, 0, 1, 1, 1, 0],
    });
    expect(evaluate("quantized_linear(4,0,0)", [-1.3, -1, 0.3125, 0.875, 0.9])).toEqual({
      output: [-1, -1, 0.25, 0.875, 0.875],
      gradient: [0, 1, 1, 1, 0],
    });
    expect(evaluate("quantized_sigmoid(4)", [-3, -0.5, 0, 0.5, 1, 3])).toEqual({
      output: [0, 0.25, 0.5, 0.75, 0.9375, 0.9375],
      gradient: [0, 0.5, 0.5, 0.5, 0, 0],
    });
    expect(evaluate("binary(alpha=0.5)", [-2, 0, 2]).output).toEqual([-0.5, 0.5, 0.5]);
    expect(evaluate("ternary(alpha=1)", [-2, -0.2, 0.33, 2]).output).toEqual([-1, 0, 1, 1]);
    expect(evaluate("quantized_relu_po2(4)", [0.3, 1.5, 3]).output).toEqual([0.25, 2, 4]);
  });

  it("scales per output channel, which is the last axis", () => {
    const matrix = [1, 100, -2, 50, 3, -25];
    const { output } = evaluate("quantized_bits(8,0,alpha='auto_po2')", matrix, [3, 2]);
    expect(output).toEqual(matrix);
    // A vector has one largest value but no axis to average over: one power of two per element.
    const asVector = evaluate("quantized_bits(3,0,alpha='auto_po2')", matrix).output;
    expect(asVector).toEqual([0.75, 96, -1.5, 64, 3, -32]);
    expect(evaluate("binary(alpha='auto_po2')", [0.1, -3]).output).toEqual([0.125, -4]);
  });

  it("rounds stochastic quantizers half to even, as at inference", () => {
    const x = Array.from({ length: 41 }, (_, i) => (i - 20) / 16 + 0.01);
    for (const [stochastic, plain] of [
      ["quantized_bits(3,0,alpha=1,use_stochastic_rounding=True)", "quantized_bits(3,0,alpha=1)"],
      ["quantized_relu(3,0,use_stochastic_rounding=1)", "quantized_relu(3)"],
      ["quantized_tanh(4,True)", "quantized_tanh(4)"],
      ["binary(alpha='auto',use_stochastic_rounding=True)", "binary(alpha='auto')"],
      ["ternary(alpha='auto',use_stochastic_rounding=True)", "ternary(alpha='auto')"],
    ] as const) {
      expect(evaluate(stochastic, x)).toEqual(evaluate(plain, x));
    }
  });

  it("tells what it can not read, and a shape that does not fit", () => {
    expect(() => evaluate("quantised_bits(4)", [1])).toThrow(/did you mean quantized_bits/);
    expect(() => evaluate("binary(alpha='auto')", [1, 2, 3], [2, 2])).toThrow(/\[2, 2\]/);
  });
});
