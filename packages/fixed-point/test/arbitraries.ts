import { type FixedPointType, OverflowMode, RoundingMode } from "@cnntargz/contracts";
import { fixedType, type Interval } from "@cnntargz/fixed-point";
import fc from "fast-check";

/** Any type up to a width, its binary point in or near the word. */
export function anyType(maxWidth: number): fc.Arbitrary<FixedPointType> {
  return fc
    .tuple(
      fc.boolean(),
      fc.integer({ min: 1, max: maxWidth }),
      fc.integer({ min: -8, max: 8 }),
      fc.constantFrom(...RoundingMode.options),
      fc.constantFrom(...OverflowMode.options),
      fc.boolean(),
    )
    .map(([signed, width, offset, rounding, overflow, whole]) =>
      fixedType(signed, width, offset + (whole ? width : 0), rounding, overflow),
    );
}

/** Intervals of at most `span` + 1 values around zero. */
export function anyInterval(span: number): fc.Arbitrary<Interval> {
  return fc
    .tuple(
      fc.integer({ min: -span, max: span }),
      fc.integer({ min: 0, max: span }),
      fc.integer({ min: -3, max: 6 }),
    )
    .map(([min, size, fraction]) => ({ min: BigInt(min), max: BigInt(min + size), fraction }));
}
