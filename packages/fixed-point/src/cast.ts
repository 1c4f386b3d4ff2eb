import { CnntargzError, type FixedPointType, type RoundingMode } from "@cnntargz/contracts";

import { fractionBits, integerToNumber, maxInteger, minInteger } from "./types.js";

/** numerator / denominator (> 0) rounded to an integer, exactly. */
function roundQuotient(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const toZero = numerator / denominator;
  const rest = numerator - toZero * denominator;
  if (rest === 0n) return toZero;
  const negative = rest < 0n;
  const away = negative ? toZero - 1n : toZero + 1n;
  if (mode === "TRN_ZERO") return toZero;
  if (mode === "TRN") return negative ? away : toZero;
  const twice = 2n * (negative ? -rest : rest);
  if (twice !== denominator) return twice > denominator ? away : toZero;
  // A tie: the modes differ in nothing else.
  switch (mode) {
    case "RND":
      return negative ? toZero : away;
    case "RND_ZERO":
      return toZero;
    case "RND_MIN_INF":
      return negative ? away : toZero;
    case "RND_INF":
      return away;
    case "RND_CONV":
      return toZero % 2n === 0n ? toZero : away;
  }
}

/** An integer in units of the type's least significant bit brought into its range. */
function overflow(value: bigint, to: FixedPointType): bigint {
  const min = minInteger(to);
  const max = maxInteger(to);
  // AP_SAT_SYM gives up the lowest value of signed types, but a single sign bit has no other one.
  const lowest = to.overflow === "SAT_SYM" && to.signed && to.width > 1 ? -max : min;
  if (value >= lowest && value <= max) return value;
  switch (to.overflow) {
    case "WRAP":
      return to.signed ? BigInt.asIntN(to.width, value) : BigInt.asUintN(to.width, value);
    case "SAT_ZERO":
      return 0n;
    case "SAT":
    case "SAT_SYM":
      return value > max ? max : lowest;
  }
}

/** The rounding half of {@link castQuotient}: an integer in units of `to`, whatever its size. */
export function roundToType(
  value: bigint,
  divisor: bigint,
  fromFraction: number,
  to: FixedPointType,
): bigint {
  const shift = BigInt(fromFraction - fractionBits(to));
  return shift <= 0n
    ? roundQuotient(value << -shift, divisor, to.rounding)
    : roundQuotient(value, divisor << shift, to.rounding);
}

/**
 * Assign `value * 2^-fromFraction / divisor` to a variable of type `to`, as an exact rational:
 * round first, then treat overflow. The result counts least significant bits of `to`.
 *
 * @throws CnntargzError `contract` when `divisor` is not positive.
 */
export function castQuotient(
  value: bigint,
  divisor: bigint,
  fromFraction: number,
  to: FixedPointType,
): bigint {
  if (divisor <= 0n) {
    throw new CnntargzError("contract", `a divisor must be positive, got ${String(divisor)}`);
  }
  return overflow(roundToType(value, divisor, fromFraction, to), to);
}

/**
 * Assign `value * 2^-fromFraction` to a variable of type `to`, as ap_[u]fixed does: round first,
 * then treat overflow. The result counts least significant bits of `to`.
 */
export function castInteger(value: bigint, fromFraction: number, to: FixedPointType): bigint {
  return castQuotient(value, 1n, fromFraction, to);
}

/**
 * Assign a float64 to a variable of type `to`, from the float64's exact value. The result counts
 * least significant bits of `to`.
 *
 * @throws CnntargzError `contract` when `value` is not finite.
 */
export function castReal(value: number, to: FixedPointType): bigint {
  if (!Number.isFinite(value)) {
    throw new CnntargzError("contract", `${value} can not be cast to a fixed-point type`);
  }
  let mantissa = value;
  let fraction = 0;
  // Doubling and halving are exact here: subnormals only ever double, and nothing reaches 2^1024.
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    fraction += 1;
  }
  return castInteger(BigInt(mantissa), fraction, to);
}

/**
 * What a variable of type `to` holds after a float64 is assigned to it, as a number: exact for
 * types to 53 bits, else the nearest float64.
 *
 * @throws CnntargzError `contract` when `value` is not finite.
 */
export function castToFixedPoint(value: number, to: FixedPointType): number {
  return integerToNumber(castReal(value, to), to);
}
