import { readFileSync } from "node:fs";

import {
  castInteger,
  castQuotient,
  castReal,
  castToFixedPoint,
  fixedType,
  fractionBits,
  integerToNumber,
  maxInteger,
  minInteger,
  parseFixedPointType,
  parseType,
} from "@cnntargz/fixed-point";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { anyType } from "./arbitraries.js";

const golden = JSON.parse(
  readFileSync(new URL("./fixtures/ap_fixed_casts.json", import.meta.url), "utf8"),
) as { x: number[]; cases: { type: string; y: number[] }[] };

describe("casts equal the vendor's ap_fixed", () => {
  test.each(golden.cases)("$type", ({ type: text, y }) => {
    const type = parseType(text);
    expect(golden.x.map((x) => integerToNumber(castReal(x, type), type))).toEqual(y);
  });
});

test("a value of the type stays, whatever its format, but for the lowest under AP_SAT_SYM", () => {
  const values = anyType(128).chain((type) =>
    fc.tuple(
      fc.constant(type),
      fc.bigInt({ min: minInteger(type), max: maxInteger(type) }),
      fc.integer({ min: 0, max: 130 }),
    ),
  );
  fc.assert(
    fc.property(values, ([type, value, extra]) => {
      const lowest = type.overflow === "SAT_SYM" && type.signed && value === minInteger(type);
      const expected = lowest && type.width > 1 ? value + 1n : value;
      const finer = value << BigInt(extra);
      expect(castInteger(finer, fractionBits(type) + extra, type)).toBe(expected);
    }),
  );
});

test("every result is in the range of its type", () => {
  fc.assert(
    fc.property(
      anyType(128),
      fc.bigInt({ min: -(2n ** 140n), max: 2n ** 140n }),
      fc.integer({ min: -20, max: 150 }),
      (type, value, fraction) => {
        const result = castInteger(value, fraction, type);
        expect(result >= minInteger(type) && result <= maxInteger(type)).toBe(true);
      },
    ),
  );
});

test("castReal reads the exact value of a float64", () => {
  fc.assert(
    fc.property(anyType(40), fc.double({ noNaN: true, min: -1e6, max: 1e6 }), (type, value) => {
      // 1074 fraction bits hold every float64.
      const mantissa = BigInt(Math.trunc(value * 2 ** 32));
      const isShort = Number(mantissa) === value * 2 ** 32;
      fc.pre(isShort);
      expect(castReal(value, type)).toBe(castInteger(mantissa, 32, type));
    }),
  );
  expect(castReal(5e-324, fixedType(true, 8, 4, "RND"))).toBe(0n);
  expect(castReal(-5e-324, fixedType(true, 8, 4))).toBe(-1n);
  expect(castReal(Number.MAX_VALUE, fixedType(true, 8, 4, "TRN", "SAT"))).toBe(127n);
  expect(() => castReal(Number.NaN, fixedType(true, 8, 4))).toThrow(/NaN/);
  expect(() => castReal(-Infinity, fixedType(true, 8, 4))).toThrow(/-Infinity/);
});

describe("castQuotient", () => {
  test("dividing by a power of two is a shift of the binary point", () => {
    fc.assert(
      fc.property(
        anyType(70),
        fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
        fc.integer({ min: -10, max: 80 }),
        fc.integer({ min: 0, max: 10 }),
        (type, value, fraction, bits) => {
          expect(castQuotient(value, 1n << BigInt(bits), fraction, type)).toBe(
            castInteger(value, fraction + bits, type),
          );
        },
      ),
    );
  });

  test("rounds thirds by their exact value", () => {
    const round = (value: bigint, mode: "TRN" | "TRN_ZERO" | "RND" | "RND_CONV"): bigint =>
      castQuotient(value, 3n, 0, fixedType(true, 8, 8, mode));
    expect([-5n, -4n, -3n, 4n, 5n].map((value) => round(value, "TRN"))).toEqual([
      -2n,
      -2n,
      -1n,
      1n,
      1n,
    ]);
    expect([-5n, -4n, 4n, 5n].map((value) => round(value, "TRN_ZERO"))).toEqual([-1n, -1n, 1n, 1n]);
    expect([-5n, -4n, 4n, 5n].map((value) => round(value, "RND"))).toEqual([-2n, -1n, 1n, 2n]);
  });

  test("refuses to divide by zero", () => {
    expect(() => castQuotient(1n, 0n, 0, fixedType(true, 8, 8))).toThrow(/positive/);
  });
});

describe("castToFixedPoint", () => {
  test.each(golden.cases)("equals the vendor's $type", ({ type, y }) => {
    const to = parseFixedPointType(type);
    expect(golden.x.map((x) => castToFixedPoint(x, to))).toEqual(y);
  });

  test("gives values, to 128 bits", () => {
    expect(castToFixedPoint(0.3, parseFixedPointType("ap_fixed<4,1,AP_RND,AP_SAT>"))).toBe(0.25);
    expect(castToFixedPoint(-1.5, parseFixedPointType("ap_fixed<4,1,AP_RND,AP_SAT>"))).toBe(-1);
    expect(castToFixedPoint(1, parseFixedPointType("ap_fixed<4,1>"))).toBe(-1);
    const wide = parseFixedPointType("ap_fixed<128,28,AP_RND_CONV,AP_SAT>");
    for (const x of [Math.PI, -(2 ** -100), 2 ** 26 + 2 ** -20]) {
      expect(castToFixedPoint(x, wide)).toBe(x);
    }
    expect(castToFixedPoint(1e30, wide)).toBe(2 ** 27);
    expect(castToFixedPoint(2 ** -101, wide)).toBe(0);
    const coarse = parseFixedPointType("ap_ufixed<128,200,AP_RND>");
    expect(castToFixedPoint(2 ** 150 + 2 ** 71, coarse)).toBe(2 ** 150 + 2 ** 72);
    expect(() => castToFixedPoint(Number.NaN, wide)).toThrow(/NaN/);
  });
});
