import { formatQuantizer, parseQuantizer, type Quantizer, quantizerNames } from "@cnntargz/quant";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("parseQuantizer", () => {
  it("reads positional and keyword arguments as QKeras does", () => {
    expect(parseQuantizer("quantized_bits(4,0,1,alpha='auto_po2')")).toEqual({
      kind: "quantized_bits",
      bits: 4,
      integer: 0,
      symmetric: true,
      keepNegative: true,
      alpha: "auto_po2",
    });
    expect(
      parseQuantizer(" quantized_bits( 6 , integer=-1, keep_negative = False, alpha=1.0 ) "),
    ).toEqual({
      kind: "quantized_bits",
      bits: 6,
      integer: -1,
      symmetric: false,
      keepNegative: false,
      alpha: 1,
    });
    expect(parseQuantizer("quantized_relu(4)")).toEqual({
      kind: "quantized_relu",
      bits: 4,
      integer: 0,
      negativeSlope: 0,
      reluUpperBound: null,
      quantizedClip: true,
    });
    expect(parseQuantizer('ternary("auto")')).toEqual({
      kind: "ternary",
      alpha: "auto",
      threshold: null,
      unrolls: 5,
    });
    expect(parseQuantizer("binary")).toEqual({ kind: "binary", use01: false, alpha: null });
    expect(parseQuantizer("quantized_tanh(4,0,1)")).toEqual({
      kind: "quantized_tanh",
      bits: 4,
      symmetric: true,
      useRealTanh: false,
    });
  });

  it("has QKeras' defaults: quantized_linear is symmetric, automatic quantized_bits too", () => {
    expect(parseQuantizer("quantized_linear(4)")).toMatchObject({ symmetric: true, alpha: null });
    expect(parseQuantizer("quantized_bits(4)")).toMatchObject({ symmetric: false, alpha: null });
    expect(parseQuantizer("quantized_bits(4,alpha='auto')")).toMatchObject({ symmetric: true });
  });

  it("names the known quantizers and the nearest one", () => {
    expect(() => parseQuantizer("quantised_relu(4)")).toThrow(
      new RegExp(`did you mean quantized_relu\\?.*${quantizerNames.join(", ")}`),
    );
  });

  it.each([
    ["quantized_bits(4,0,alpa=1)", /no argument alpa; did you mean alpha/],
    ["quantized_bits(0)", /bits=0 .* 1\.\.24/],
    ["quantized_bits(4.5)", /bits=4.5/],
    ["quantized_bits(4,0,0,True,'best')", /alpha='best'/],
    ["quantized_bits(4,bits=4)", /bits is given twice/],
    ["quantized_bits(alpha=1,4)", /positional/],
    ["quantized_bits(4", /expected , or \)/],
    ["quantized_bits(4)(5)", /follows the call/],
    ["quantized_bits(x)", /x is no number/],
    ["quantized_bits(4,qnoise_factor=0.5)", /qnoise_factor=0.5 is not implemented/],
    ["ternary(alpha=1,use_stochastic_rounding=True)", /goes with alpha='auto'/],
    ["quantized_relu(4,negative_slope=0.3)", /power of two/],
    ["ternary(alpha='auto',threshold=0.2)", /fixed alpha/],
    ["binary(1,2,3,4)", /at most 3/],
    ["4", /begin with a name/],
    ["quantized_bits(4;0)", /can not read/],
    ["", /begin with a name/],
  ])("refuses %s", (text, message) => {
    expect(() => parseQuantizer(text)).toThrow(message);
  });
});

describe("formatQuantizer", () => {
  const alpha = fc.constantFrom(null, 1, 0.5, 0.3, "auto" as const, "auto_po2" as const);
  const bits = fc.integer({ min: 2, max: 24 });
  const integer = fc.integer({ min: -8, max: 20 });
  const flag = fc.boolean();
  it("is undone by parseQuantizer", () => {
    const quantizers = fc.oneof(
      fc
        .record({
          kind: fc.constantFrom("quantized_bits" as const, "quantized_linear" as const),
          bits,
          integer,
          symmetric: flag,
          keepNegative: flag,
          alpha,
        })
        .map((q) =>
          q.kind === "quantized_bits" && typeof q.alpha === "string"
            ? { ...q, symmetric: true }
            : q,
        ),
      fc.record({
        kind: fc.constant("quantized_relu" as const),
        bits,
        integer,
        negativeSlope: fc.constantFrom(0, 0.125, 2),
        reluUpperBound: fc.constantFrom(null, 0.75, 3),
        quantizedClip: flag,
      }),
      fc.record({ kind: fc.constant("binary" as const), use01: flag, alpha }),
      fc.record({
        kind: fc.constant("ternary" as const),
        alpha: fc.constantFrom(null, 1, 0.5),
        threshold: fc.constantFrom(null, 0.25),
        unrolls: fc.integer({ min: 1, max: 9 }),
      }),
      fc.record({
        kind: fc.constant("quantized_relu_po2" as const),
        bits: fc.integer({ min: 1, max: 8 }),
        maxValue: fc.constantFrom(null, 1, 4),
      }),
      fc.record({
        kind: fc.constant("quantized_tanh" as const),
        bits,
        symmetric: flag,
        useRealTanh: flag,
      }),
      fc.record({
        kind: fc.constant("quantized_sigmoid" as const),
        bits,
        symmetric: flag,
        useRealSigmoid: flag,
      }),
    );
    fc.assert(
      fc.property(quantizers, flag, (plain, isStochastic) => {
        const may = isStochastic && plain.kind !== "ternary";
        const quantizer: Quantizer = may ? { ...plain, stochastic: true } : plain;
        expect(parseQuantizer(formatQuantizer(quantizer))).toEqual(quantizer);
      }),
    );
  });

  it("writes what QKeras prints", () => {
    for (const text of [
      "quantized_bits(4,0,1,alpha='auto_po2')",
      "quantized_bits(4,0,0)",
      "quantized_linear(8,2,1,keep_negative=False)",
      "quantized_relu(4,0)",
      "ternary(alpha=1)",
      "quantized_sigmoid(5)",
      "quantized_relu(4,1,use_stochastic_rounding=True)",
    ]) {
      expect(formatQuantizer(parseQuantizer(text))).toBe(text);
    }
  });
});
