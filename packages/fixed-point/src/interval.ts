import { CnntargzError, type FixedPointType } from "@cnntargz/contracts";

import { castInteger, roundToType } from "./cast.js";
import { fixedType, fractionBits, maxInteger, minInteger } from "./types.js";

/** All values from min * 2^-fraction to max * 2^-fraction that are multiples of 2^-fraction. */
export interface Interval {
  readonly min: bigint;
  readonly max: bigint;
  readonly fraction: number;
}

/** Every value that a variable of this type can hold. */
export function intervalOfType(type: FixedPointType): Interval {
  return { min: minInteger(type), max: maxInteger(type), fraction: fractionBits(type) };
}

/** The interval of one value, `value * 2^-fraction`. */
export function intervalOfValue(value: bigint | number, fraction: number): Interval {
  return { min: BigInt(value), max: BigInt(value), fraction };
}

/**
 * The same values counted in finer units.
 *
 * @throws CnntargzError `inexact` when `fraction` is smaller than the interval's own.
 */
export function refineInterval(interval: Interval, fraction: number): Interval {
  const shift = fraction - interval.fraction;
  if (shift === 0) return interval;
  if (shift < 0) {
    throw new CnntargzError(
      "inexact",
      `an interval with ${interval.fraction} fraction bits does not fit on ${fraction}; use castInterval to round`,
    );
  }
  const bits = BigInt(shift);
  return { min: interval.min << bits, max: interval.max << bits, fraction };
}

/** All sums of a value of `a` and a value of `b`. */
export function addIntervals(a: Interval, b: Interval): Interval {
  const fraction = Math.max(a.fraction, b.fraction);
  const left = refineInterval(a, fraction);
  const right = refineInterval(b, fraction);
  return { min: left.min + right.min, max: left.max + right.max, fraction };
}

/** The bounds of all products of a value of `a` and a value of `b`. */
export function multiplyIntervals(a: Interval, b: Interval): Interval {
  const products = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  return {
    min: products.reduce((low, value) => (value < low ? value : low)),
    max: products.reduce((high, value) => (value > high ? value : high)),
    fraction: a.fraction + b.fraction,
  };
}

/** Every value times 2^bits: the binary point moves, no bit is lost. */
export function shiftInterval({ min, max, fraction }: Interval, bits: number): Interval {
  return { min, max, fraction: fraction - bits };
}

/** The smallest interval that holds both. */
export function hullIntervals(a: Interval, b: Interval): Interval {
  const fraction = Math.max(a.fraction, b.fraction);
  const left = refineInterval(a, fraction);
  const right = refineInterval(b, fraction);
  return {
    min: left.min < right.min ? left.min : right.min,
    max: left.max > right.max ? left.max : right.max,
    fraction,
  };
}

/** max(0, x) of every value. */
export function reluInterval({ min, max, fraction }: Interval): Interval {
  return { min: min > 0n ? min : 0n, max: max > 0n ? max : 0n, fraction };
}

/**
 * `bias + sum_i weights[i] * 2^-weightFraction * x_i` over all x_i in `inputs[i]`: exact, and both
 * bounds are reached, since each x_i is free. This is one row of a matrix-vector product.
 *
 * @throws CnntargzError `contract` when there are not as many inputs as weights.
 */
export function weightedSumInterval(
  inputs: readonly Interval[],
  weights: ArrayLike<number>,
  weightFraction: number,
  bias: Interval,
): Interval {
  if (inputs.length !== weights.length) {
    throw new CnntargzError(
      "contract",
      `a weighted sum needs one input per weight, got ${inputs.length} inputs and ${weights.length} weights`,
    );
  }
  let inputFraction = bias.fraction - weightFraction;
  for (const input of inputs) inputFraction = Math.max(inputFraction, input.fraction);
  const fraction = inputFraction + weightFraction;
  let { min, max } = refineInterval(bias, fraction);
  for (const [i, input] of inputs.entries()) {
    const weight = BigInt(weights[i]!) << BigInt(inputFraction - input.fraction);
    if (weight === 0n) continue;
    min += weight * (weight > 0n ? input.min : input.max);
    max += weight * (weight > 0n ? input.max : input.min);
  }
  return { min, max, fraction };
}

/** Bounds of `value / divisor` after assignment to `type`; both are reached but under a wrap or AP_SAT_ZERO. */
export function castQuotientInterval(
  interval: Interval,
  divisor: bigint,
  type: FixedPointType,
): Interval {
  const fraction = fractionBits(type);
  const limits = intervalOfType(type);
  // Rounding is monotonic, so the ends stay ends; overflow may take inner values past them.
  const min = roundToType(interval.min, divisor, interval.fraction, type);
  const max = roundToType(interval.max, divisor, interval.fraction, type);
  const low = castInteger(min, fraction, type);
  const high = castInteger(max, fraction, type);
  if (min >= limits.min && max <= limits.max) return { min: low, max: high, fraction };
  switch (type.overflow) {
    case "SAT":
    case "SAT_SYM":
      return { min: low, max: high, fraction };
    case "WRAP":
      // Ends that wrap by the same multiple of 2^width take everything between along.
      return high - low === max - min ? { min: low, max: high, fraction } : limits;
    case "SAT_ZERO": {
      const zero = intervalOfValue(0n, fraction);
      if (min > limits.max || max < limits.min) return zero;
      const inside = {
        min: min < limits.min ? limits.min : min,
        max: max > limits.max ? limits.max : max,
        fraction,
      };
      return hullIntervals(inside, zero);
    }
  }
}

/** Bounds of the values after assignment to `type`; both are reached but under a wrap or AP_SAT_ZERO. */
export function castInterval(interval: Interval, type: FixedPointType): Interval {
  return castQuotientInterval(interval, 1n, type);
}

/**
 * The smallest type that holds every value of the interval with all its fraction bits: signed only
 * when values are negative, truncating and wrapping.
 *
 * @throws CnntargzError `inexact` when it would need more than 128 bits.
 */
export function typeOfInterval({ min, max, fraction }: Interval): FixedPointType {
  const signed = min < 0n;
  const bits = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);
  // -1 - min has the bits that a negative number needs beside its sign.
  const width = signed
    ? 1 + Math.max(bits(-1n - min), max > 0n ? bits(max) : 0)
    : Math.max(1, bits(max));
  if (width > 128) {
    throw new CnntargzError(
      "inexact",
      `values from ${String(min)} to ${String(max)} need ${width} bits, more than the 128 of the widest type`,
    );
  }
  return fixedType(signed, width, width - fraction);
}

/** Whether every value of the interval is a value of the type, so that a cast changes nothing. */
export function fitsType(interval: Interval, type: FixedPointType): boolean {
  if (interval.fraction > fractionBits(type)) return false;
  const { min, max } = refineInterval(interval, fractionBits(type));
  const symmetric = type.overflow === "SAT_SYM" && type.signed && type.width > 1;
  const to = intervalOfType(type);
  return min >= (symmetric ? -to.max : to.min) && max <= to.max;
}
