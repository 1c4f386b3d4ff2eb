import {
  applySmallQuotientCast,
  castInteger,
  castQuotient,
  castSmall,
  fixedType,
  prepareSmallCast,
} from "@cnntargz/fixed-point";
import fc from "fast-check";
import { expect, test } from "vitest";

import { anyType } from "./arbitraries.js";

const anyInteger = fc.oneof(
  fc.integer({ min: -70, max: 70 }),
  fc.maxSafeInteger(),
  fc.constantFrom(2 ** 53, -(2 ** 53)),
);

test("castSmall equals castInteger", () => {
  fc.assert(
    fc.property(
      anyType(53),
      anyInteger,
      fc.integer({ min: -70, max: 130 }),
      (type, value, fraction) => {
        const small = castSmall(value, fraction, type);
        expect(Object.is(small, -0)).toBe(false);
        expect(BigInt(small)).toBe(castInteger(BigInt(value), fraction, type));
      },
    ),
    { numRuns: 5000 },
  );
});

test("castSmall equals castInteger near ties and limits", () => {
  fc.assert(
    fc.property(
      anyType(6),
      fc.integer({ min: -300, max: 300 }),
      fc.integer({ min: -4, max: 12 }),
      (type, value, fraction) => {
        expect(BigInt(castSmall(value, fraction, type))).toBe(
          castInteger(BigInt(value), fraction, type),
        );
      },
    ),
    { numRuns: 5000 },
  );
});

test("quotients equal castQuotient", () => {
  fc.assert(
    fc.property(
      anyType(20),
      fc.oneof(fc.integer({ min: -70, max: 70 }), fc.integer()),
      fc.integer({ min: 1, max: 25 }),
      fc.integer({ min: -20, max: 20 }),
      (type, value, divisor, fraction) => {
        fc.pre(Math.abs(value) * 2 ** Math.max(0, type.width - type.integer - fraction) <= 2 ** 53);
        const small = applySmallQuotientCast(value, divisor, prepareSmallCast(fraction, type));
        expect(BigInt(small)).toBe(castQuotient(BigInt(value), BigInt(divisor), fraction, type));
      },
    ),
    { numRuns: 5000 },
  );
});

test("types beyond float64 are refused", () => {
  expect(() => castSmall(1, 0, fixedType(true, 54, 54))).toThrow(/54 bits/);
});
