import { formatDecimal } from "@cnntargz/hls-codegen";
import fc from "fast-check";
import { expect, test } from "vitest";

test("a decimal has exactly as many decimals as the type has fraction bits", () => {
  expect(formatDecimal(3, 3)).toBe("0.375");
  expect(formatDecimal(-8, 3)).toBe("-1.000");
  expect(formatDecimal(-1, 10)).toBe("-0.0009765625");
  expect(formatDecimal(0, 2)).toBe("0.00");
  expect(formatDecimal(17, 1)).toBe("8.5");
});

test("without fraction bits one zero makes it a floating-point literal of C++", () => {
  expect(formatDecimal(-5, 0)).toBe("-5.0");
  expect(formatDecimal(3, -4)).toBe("48.0");
});

test("a decimal is the number, for every 32-bit integer and fraction", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -20, max: 60 }), (integer, fraction) => {
      expect(Number(formatDecimal(integer, fraction))).toBe(integer * 2 ** -fraction);
    }),
  );
});

test("a number that is no integer is refused", () => {
  expect(() => formatDecimal(0.5, 3)).toThrow(RangeError);
});
