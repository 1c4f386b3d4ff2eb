import { CnntargzError, type FixedPointType } from "@cnntargz/contracts";

import { formatType, fractionBits } from "./types.js";

const ROUNDING_CODE = {
  TRN: 0,
  TRN_ZERO: 1,
  RND: 2,
  RND_ZERO: 3,
  RND_MIN_INF: 4,
  RND_INF: 5,
  RND_CONV: 6,
} as const;
const OVERFLOW_CODE = { WRAP: 0, SAT: 1, SAT_ZERO: 2, SAT_SYM: 3 } as const;

/** A cast between two known formats, prepared for float64 arithmetic. */
export interface SmallCast {
  /** 2^(fraction of the target - fraction of the source). */
  readonly scale: number;
  readonly rounding: number;
  readonly overflow: number;
  /** Smallest and largest integer that stay as they are, in target units. */
  readonly min: number;
  readonly max: number;
  /** 2^width of the target. */
  readonly modulus: number;
}

/**
 * Prepare {@link applySmallCast} from integers with `fromFraction` fraction bits to type `to`.
 *
 * @throws CnntargzError `inexact` when `to` is wider than 53 bits, which float64 can not hold.
 */
export function prepareSmallCast(fromFraction: number, to: FixedPointType): SmallCast {
  if (to.width > 53) {
    throw new CnntargzError(
      "inexact",
      `${formatType(to)} has ${to.width} bits, float64 holds integers of 53; use castInteger`,
    );
  }
  const max = 2 ** (to.signed ? to.width - 1 : to.width) - 1;
  const symmetric = to.overflow === "SAT_SYM" && to.width > 1;
  return {
    scale: 2 ** (fractionBits(to) - fromFraction),
    rounding: ROUNDING_CODE[to.rounding],
    overflow: OVERFLOW_CODE[to.overflow],
    min: to.signed ? (symmetric ? -max : -(2 ** (to.width - 1))) : 0,
    max,
    modulus: 2 ** to.width,
  };
}

/** Whether a cast is AP_RND_CONV with AP_SAT or AP_SAT_SYM to at most 50 bits, which has a shorter way. */
export function saturatesHalfEven(cast: SmallCast): boolean {
  return cast.rounding === 6 && (cast.overflow === 1 || cast.overflow === 3) && cast.max < 2 ** 50;
}

/** Whether `toZero + rest` (in units where a tie is `half`, rest not 0) rounds away from zero. */
function roundsAway(toZero: number, rest: number, half: number, rounding: number): boolean {
  const negative = rest < 0;
  if (rounding === 0) return negative;
  if (rounding === 1) return false;
  const size = negative ? -rest : rest;
  if (size !== half) return size > half;
  switch (rounding) {
    case 2:
      return !negative;
    case 3:
      return false;
    case 4:
      return negative;
    case 5:
      return true;
    default:
      return toZero % 2 !== 0;
  }
}

/** Bring a rounded integer into the range of the target. */
function limit(rounded: number, cast: SmallCast): number {
  if (rounded >= cast.min && rounded <= cast.max) {
    // Adding 0 leaves no negative zero, which would compare unequal to 0 in tests.
    return rounded + 0;
  }
  if (cast.overflow === 2) return 0;
  if (cast.overflow !== 0) return rounded > cast.max ? cast.max : cast.min;
  const wrapped = rounded - cast.modulus * Math.floor(rounded / cast.modulus);
  return wrapped > cast.max ? wrapped - cast.modulus : wrapped;
}

/**
 * Cast an integer (|value| <= 2^53) in float64 arithmetic, every step of which is exact: scaling by
 * a power of two, truncation, and differences that float64 holds.
 */
export function applySmallCast(value: number, cast: SmallCast): number {
  const scaled = value * cast.scale;
  let rounded = Math.trunc(scaled);
  const rest = scaled - rounded;
  if (rest !== 0 && roundsAway(rounded, rest, 0.5, cast.rounding)) rounded += rest < 0 ? -1 : 1;
  return limit(rounded, cast);
}

/**
 * {@link applySmallCast} of `value / divisor`, rounded once, as the exact rational. Both `value` and
 * `divisor` brought to the target's scale must be integers up to 2^53.
 */
export function applySmallQuotientCast(value: number, divisor: number, cast: SmallCast): number {
  const numerator = cast.scale > 1 ? value * cast.scale : value;
  const denominator = cast.scale < 1 ? divisor / cast.scale : divisor;
  const rest = numerator % denominator;
  let rounded = (numerator - rest) / denominator;
  if (rest !== 0 && roundsAway(rounded, rest, denominator / 2, cast.rounding)) {
    rounded += rest < 0 ? -1 : 1;
  }
  return limit(rounded, cast);
}

/**
 * {@link applySmallCast} in one call: assign `value * 2^-fromFraction` (integer |value| <= 2^53) to
 * type `to`; equals castInteger.
 *
 * @throws CnntargzError `inexact` when `to` is wider than 53 bits.
 */
export function castSmall(value: number, fromFraction: number, to: FixedPointType): number {
  return applySmallCast(value, prepareSmallCast(fromFraction, to));
}
