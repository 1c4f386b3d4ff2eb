import type { FixedPointType } from "@cnntargz/contracts";
import { fractionBits, maxInteger, minInteger } from "@cnntargz/fixed-point";

/** Percentiles of {@link SignalProfile.magnitudes}. */
export const MAGNITUDE_PERCENTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** What values of one kind were, against the type that holds them. */
export interface SignalProfile {
  readonly type: FixedPointType;
  /** Smallest and largest value of the type. */
  readonly typeMin: number;
  readonly typeMax: number;
  /** Smallest and largest value that was to be stored. */
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly zeros: number;
  /** Values outside the type after rounding: they saturate or wrap around. */
  readonly saturated: number;
  /** Percentiles ({@link MAGNITUDE_PERCENTILES}) of |value| over values that are not 0; null without any. */
  readonly magnitudes: readonly number[] | null;
  /** Index of the first value outside the type; null when all fit. */
  readonly firstSaturated: number | null;
}

/**
 * Profile values that are to be stored in `type`, rounded to its grid but not limited to its range.
 * `integers`: in units of the type's least significant bit.
 */
export function profileSignal(integers: Float64Array, type: FixedPointType): SignalProfile {
  const unit = 2 ** -fractionBits(type);
  const low = Number(minInteger(type));
  const high = Number(maxInteger(type));
  let min = Infinity;
  let max = -Infinity;
  let saturated = 0;
  let firstSaturated: number | null = null;
  for (let i = 0; i < integers.length; i++) {
    const value = integers[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value < low || value > high) {
      firstSaturated ??= i;
      saturated += 1;
    }
  }
  const sizes = integers.map(Math.abs).sort();
  const zeros = firstPositive(sizes);
  const percentile = (p: number): number =>
    sizes[zeros + Math.ceil(p * (sizes.length - zeros)) - 1]! * unit;
  return {
    type,
    typeMin: low * unit,
    typeMax: high * unit,
    min: min * unit,
    max: max * unit,
    count: integers.length,
    zeros,
    saturated,
    magnitudes: zeros === sizes.length ? null : MAGNITUDE_PERCENTILES.map(percentile),
    firstSaturated,
  };
}

/** Where in sorted values those above 0 begin. */
function firstPositive(sorted: Float64Array): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
