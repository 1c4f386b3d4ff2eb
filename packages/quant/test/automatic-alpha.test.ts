import { readFileSync } from "node:fs";

import { evaluateQuantizer, parseQuantizer, quantize } from "@cnntargz/quant";
import { describe, expect, it } from "vitest";

interface Case {
  source: string;
  quantizer: string;
  shape: number[];
  input: number[];
  /** null: not finite. */
  output: (number | null)[];
  /** Left out where every derivative is 1. */
  grad?: number[];
  scale?: (number | null)[];
}
interface Layer {
  layer: string;
  given: string;
  kernelQuantizer: string;
  biasQuantizer: string;
  kernelShape: number[];
  kernel: number[];
  bias: number[];
  quantizedKernel: number[];
  kernelScale: number[];
  quantizedBias: number[];
}
const { cases, layers } = JSON.parse(
  readFileSync(new URL("fixtures/qkeras_auto_alpha_f32.json", import.meta.url), "utf8"),
) as { cases: Case[]; layers: Layer[] };

/** As float32, 0 for -0 and null for what is not finite. */
const plain = (values: ArrayLike<number | null>): (number | null)[] =>
  Array.from(values, (value) =>
    value === null || !Number.isFinite(value) ? null : Math.fround(value) + 0,
  );

function ours({ quantizer, shape, input }: Case) {
  const x = Float32Array.from(input);
  const { output, gradient } = evaluateQuantizer(quantizer, x, shape);
  const { scale } = quantize(parseQuantizer(quantizer), x, shape);
  return { output: plain(output), grad: plain(gradient), scale: scale && plain(scale) };
}

function theirs({ output, grad, scale }: Case) {
  return {
    output: plain(output),
    grad: plain(grad ?? output.map(() => 1)),
    scale: scale === undefined ? null : plain(scale),
  };
}

describe("automatic alphas against QKeras in float32", () => {
  const kinds = [...new Set(cases.map(({ quantizer }) => quantizer.split("(")[0]!))];
  it.each(kinds)("%s: values, gradients and scales are equal in every bit", (kind) => {
    const own = cases.filter(({ quantizer }) => quantizer.startsWith(`${kind}(`));
    for (const golden of own) {
      expect(ours(golden), `${golden.quantizer} of [${golden.shape.join(", ")}]`).toEqual(
        theirs(golden),
      );
    }
  });

  it("has vectors, matrices, depthwise kernels and single elements of every automatic kind", () => {
    const automatic = cases.filter(({ quantizer }) => quantizer.includes("'auto"));
    for (const kind of ["quantized_bits", "quantized_linear", "binary", "ternary"]) {
      const shapes = automatic.filter(({ quantizer }) => quantizer.startsWith(`${kind}(`));
      const count = (test: (shape: number[]) => boolean): number =>
        shapes.filter(({ shape }) => test(shape)).length;
      expect(count((shape) => shape.length === 1)).toBeGreaterThan(15);
      expect(count((shape) => shape.length === 1 && shape[0] === 1)).toBeGreaterThan(2);
      expect(count((shape) => shape.length === 2)).toBeGreaterThan(1);
      expect(count((shape) => shape.length === 4)).toBeGreaterThan(1);
    }
    expect(cases.filter(({ source }) => source === "outside")).toHaveLength(60);
  });

  const evaluate = (notation: string, input: number[], shape: number[]): number[] =>
    Array.from(
      evaluateQuantizer(notation, Float32Array.from(input), shape).output,
      (value) => value + 0,
    );

  it("rounds ties away from zero, a fixed alpha to even", () => {
    const ties = [7, 0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5];
    const away = [7, 1, 2, 3, 4, -1, -2, -3];
    const even = [7, 0, 2, 2, 4, 0, -2, -2];
    for (const alpha of ["'auto'", "'auto_po2'"]) {
      expect(evaluate(`quantized_bits(4,0,1,alpha=${alpha})`, ties, [8, 1])).toEqual(away);
    }
    expect(evaluate("quantized_bits(4,3,1,alpha=1)", ties, [8, 1])).toEqual(even);
    // The fixture holds the same values as QKeras computed them.
    const measured = cases.filter(({ input, shape }) => input[0] === 7 && shape.length === 2);
    expect(measured.map(({ output }) => output)).toEqual([away, away, even, even]);
  });

  it("gives one bit no levels: zeros with auto_po2, NaN with auto", () => {
    const values = [0.3, -0.2, -0.7, 0];
    expect(evaluate("quantized_bits(1,0,1,alpha='auto_po2')", values, [2, 2])).toEqual([
      0, 0, 0, 0,
    ]);
    expect(evaluate("quantized_bits(1,0,1,alpha='auto')", values, [2, 2])).toEqual(
      values.map(() => NaN),
    );
    expect(evaluate("quantized_bits(1,0,alpha=1)", values, [2, 2])).toEqual([1, -1, -1, 1]);
  });
});

describe("kernels and biases of QKeras' layers", () => {
  it.each(layers.map((layer) => [`${layer.layer} ${layer.given}`, layer] as const))(
    "%s",
    (_, layer) => {
      const kernel = quantize(
        parseQuantizer(layer.kernelQuantizer),
        Float32Array.from(layer.kernel),
        layer.kernelShape,
      );
      expect(plain(kernel.values)).toEqual(plain(layer.quantizedKernel));
      expect(plain(kernel.scale!)).toEqual(plain(layer.kernelScale));
      const { values: bias } = quantize(
        parseQuantizer(layer.biasQuantizer),
        Float32Array.from(layer.bias),
        [layer.bias.length],
      );
      expect(plain(bias)).toEqual(plain(layer.quantizedBias));
    },
  );

  it("makes a kernel of one bit and no alpha all zeros", () => {
    const [dense] = layers;
    expect(dense!.given).toBe("quantized_bits(1,0)");
    expect(dense!.kernelQuantizer).toBe("quantized_bits(1,0,1,alpha='auto_po2')");
    expect(dense!.quantizedKernel.every((value) => value === 0)).toBe(true);
  });

  it("gives a depthwise kernel (kh, kw, C, 1) one scale for the layer", () => {
    const depthwise = layers.find(({ layer }) => layer === "QDepthwiseConv2D")!;
    expect(depthwise.kernelShape).toEqual([3, 3, 4, 1]);
    expect(depthwise.kernelScale).toHaveLength(1);
  });
});
