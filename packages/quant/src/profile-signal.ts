import {
  type FixedPointType,
  MAGNITUDE_PERCENTILES,
  type SignalProfile,
} from "@cnntargz/contracts";
import { fractionBits, maxInteger, minInteger } from "@cnntargz/fixed-point";

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
