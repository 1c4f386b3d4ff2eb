import { type FixedPointType, OverflowMode, RoundingMode } from "@cnntargz/contracts";
import {
  fixedType,
  formatType,
  fractionBits,
  integerToNumber,
  maxInteger,
  minInteger,
  parseType,
  sameType,
} from "@cnntargz/fixed-point";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { anyType } from "./arbitraries.js";

describe("formatType", () => {
  test.each([
    [fixedType(true, 4, 1), "ap_fixed<4,1>"],
    [fixedType(false, 5, -2), "ap_ufixed<5,-2>"],
    [fixedType(false, 4, 0, "RND_CONV", "SAT"), "ap_ufixed<4,0,AP_RND_CONV,AP_SAT,0>"],
    [fixedType(true, 4, 1, "TRN", "SAT_SYM"), "ap_fixed<4,1,AP_TRN,AP_SAT_SYM,0>"],
    [fixedType(true, 4, 1, "RND"), "ap_fixed<4,1,AP_RND,AP_WRAP,0>"],
  ])("%j is %s", (type, text) => {
    expect(formatType(type)).toBe(text);
  });
});

describe("parseType", () => {
  test("reads what formatType writes", () => {
    fc.assert(
      fc.property(anyType(128), (type) => {
        expect(sameType(parseType(formatType(type)), type)).toBe(true);
      }),
    );
  });

  test.each([
    ["ap_int<8>", fixedType(true, 8, 8)],
    ["ap_uint<1>", fixedType(false, 1, 1)],
    ["fixed<16, 6, RND, SAT>", fixedType(true, 16, 6, "RND", "SAT")],
    [" ap_ufixed< 4 , 0 , AP_RND_CONV >", fixedType(false, 4, 0, "RND_CONV")],
  ])("reads %s", (text, type) => {
    expect(parseType(text)).toEqual(type);
  });

  test.each([
    "ap_fixed<4>",
    "ap_fixed<0,0>",
    "ap_fixed<129,1>",
    "ap_fixed<8,4,AP_RND,AP_WRAP_SM>",
    "ap_fixed<8,4,AP_RND,AP_WRAP,1>",
    "ap_fixed<8,4,AP_ROUND>",
    "float",
  ])("refuses %s by name", (text) => {
    expect(() => parseType(text)).toThrow(`"${text}" is not a fixed-point type`);
  });
});

test("fixedType refuses widths that no type has", () => {
  expect(() => fixedType(true, 0, 0)).toThrow(/ap_fixed<0,0>/);
  expect(() => fixedType(false, 8.5, 0)).toThrow(/ap_ufixed<8.5,0>/);
});

test("every mode of the contract has an HLS name that is read back", () => {
  for (const rounding of RoundingMode.options) {
    for (const overflow of OverflowMode.options) {
      const type: FixedPointType = fixedType(true, 8, 3, rounding, overflow);
      expect(parseType(formatType(type))).toEqual(type);
    }
  }
});

test("ranges and values", () => {
  const type = fixedType(true, 4, 1);
  expect([minInteger(type), maxInteger(type), fractionBits(type)]).toEqual([-8n, 7n, 3]);
  expect(integerToNumber(-8n, type)).toBe(-1);
  expect(integerToNumber(7, type)).toBe(0.875);
  const coarse = fixedType(false, 2, 5);
  expect([minInteger(coarse), maxInteger(coarse), fractionBits(coarse)]).toEqual([0n, 3n, -3]);
  expect(integerToNumber(3n, coarse)).toBe(24);
  expect(maxInteger(fixedType(false, 128, 0))).toBe(2n ** 128n - 1n);
});
