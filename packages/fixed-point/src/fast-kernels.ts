import {
  applySmallCast,
  applySmallQuotientCast,
  saturatesHalfEven,
  type SmallCast,
} from "./cast-small.js";

/** Where a layer reads and writes, for all images of a chunk. */
export interface Positions {
  /** Index of the window's first value, per output position. */
  readonly inputs: Int32Array;
  /** Index of channel 0 of the output, per output position. */
  readonly outputs: Int32Array;
  readonly channels: number;
}

/** The nonzero weights of each output channel: offsets from the window's first value. */
export interface Taps {
  /** (channels + 1): channel c owns taps starts[c] to starts[c + 1]. */
  readonly starts: Int32Array;
  readonly offsets: Int32Array;
  readonly weights: Float64Array;
  /** (channels), in the units of the products. */
  readonly bias: Float64Array;
}

/** sums[p * channels + c] = bias + weighted sum, four positions at a time so that taps are read once for four. */
export function sumTaps(
  values: Float64Array,
  { inputs, channels }: Positions,
  positions: number,
  { starts, offsets, weights, bias }: Taps,
  sums: Float64Array,
): void {
  const last = positions - 1;
  for (let p0 = 0; p0 < positions; p0 += 4) {
    // At the end the last position is computed again, which is cheaper than a second loop.
    const p1 = Math.min(p0 + 1, last);
    const p2 = Math.min(p0 + 2, last);
    const p3 = Math.min(p0 + 3, last);
    const b0 = inputs[p0]!;
    const b1 = inputs[p1]!;
    const b2 = inputs[p2]!;
    const b3 = inputs[p3]!;
    for (let channel = 0; channel < channels; channel += 1) {
      let s0 = bias[channel]!;
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      const end = starts[channel + 1]!;
      for (let tap = starts[channel]!; tap < end; tap += 1) {
        const weight = weights[tap]!;
        const offset = offsets[tap]!;
        s0 += weight * values[b0 + offset]!;
        s1 += weight * values[b1 + offset]!;
        s2 += weight * values[b2 + offset]!;
        s3 += weight * values[b3 + offset]!;
      }
      sums[p0 * channels + channel] = s0;
      sums[p1 * channels + channel] = s1;
      sums[p2 * channels + channel] = s2;
      sums[p3 * channels + channel] = s3;
    }
  }
}

/**
 * As {@link sumTaps}, each product truncated: weight = `weights` * 2^s + `low` with `lowScale` =
 * 2^-s, of which floor(weight * value * 2^-s) is added.
 */
export function sumTapsTruncated(
  values: Float64Array,
  { inputs, channels }: Positions,
  positions: number,
  { starts, offsets, weights, bias }: Taps,
  low: Float64Array,
  lowScale: number,
  sums: Float64Array,
): void {
  for (let position = 0; position < positions; position += 1) {
    const base = inputs[position]!;
    for (let channel = 0; channel < channels; channel += 1) {
      let sum = bias[channel]!;
      const end = starts[channel + 1]!;
      for (let tap = starts[channel]!; tap < end; tap += 1) {
        const value = values[base + offsets[tap]!]!;
        sum += weights[tap]! * value + Math.floor(low[tap]! * value * lowScale);
      }
      sums[position * channels + channel] = sum;
    }
  }
}

/** As {@link sumTaps}, with a cast to the accumulator after each product; `scale` brings sums to the products' units. */
export function sumTapsStepwise(
  values: Float64Array,
  { inputs, channels }: Positions,
  positions: number,
  { starts, offsets, weights, bias }: Taps,
  step: SmallCast,
  scale: number,
  sums: Float64Array,
): void {
  for (let position = 0; position < positions; position += 1) {
    const base = inputs[position]!;
    for (let channel = 0; channel < channels; channel += 1) {
      let sum = bias[channel]!;
      const end = starts[channel + 1]!;
      for (let tap = starts[channel]!; tap < end; tap += 1) {
        const product = weights[tap]! * values[base + offsets[tap]!]!;
        sum = applySmallCast(sum * scale + product, step);
      }
      sums[position * channels + channel] = sum;
    }
  }
}

/** sums[p * channels + c] = sum (or largest) of the window's values of channel c. */
export function poolWindows(
  values: Float64Array,
  { inputs, channels }: Positions,
  positions: number,
  offsets: Int32Array,
  largest: boolean,
  sums: Float64Array,
): void {
  const size = offsets.length;
  for (let position = 0; position < positions; position += 1) {
    const base = inputs[position]!;
    for (let channel = 0; channel < channels; channel += 1) {
      let pooled = values[base + offsets[0]! + channel]!;
      for (let i = 1; i < size; i += 1) {
        const value = values[base + offsets[i]! + channel]!;
        if (!largest) pooled += value;
        else if (value > pooled) pooled = value;
      }
      sums[position * channels + channel] = pooled;
    }
  }
}

/** Cast `count` sums in place. */
export function castInPlace(sums: Float64Array, count: number, cast: SmallCast): void {
  for (let i = 0; i < count; i += 1) sums[i] = applySmallCast(sums[i]!, cast);
}

/** Adding and subtracting it rounds |x| <= 2^51 half to even, as every float64 addition does. */
const ROUND = 1.5 * 2 ** 52;

/** As {@link writeResults} for AP_RND_CONV with saturation, the usual quantizer, without a branch. */
function writeSaturated(
  sums: Float64Array,
  { outputs, channels }: Positions,
  positions: number,
  relu: boolean,
  cast: SmallCast,
  results: Float64Array,
): void {
  const { scale, max } = cast;
  const min = relu ? Math.max(0, cast.min) : cast.min;
  let i = 0;
  for (let position = 0; position < positions; position += 1) {
    const base = outputs[position]!;
    for (let channel = 0; channel < channels; channel += 1, i += 1) {
      // Limits are integers, so that saturating before rounding gives the same as after.
      const limited = Math.min(Math.max(sums[i]! * scale, min), max);
      results[base + channel] = limited + ROUND - ROUND;
    }
  }
}

/** Activate and cast sums to results; a `divisor` other than 1 divides first. */
export function writeResults(
  sums: Float64Array,
  place: Positions,
  positions: number,
  relu: boolean,
  divisor: number,
  cast: SmallCast,
  results: Float64Array,
): void {
  if (divisor === 1 && saturatesHalfEven(cast)) {
    writeSaturated(sums, place, positions, relu, cast, results);
    return;
  }
  const { outputs, channels } = place;
  let i = 0;
  for (let position = 0; position < positions; position += 1) {
    const base = outputs[position]!;
    for (let channel = 0; channel < channels; channel += 1, i += 1) {
      const sum = sums[i]!;
      const activated = relu && sum < 0 ? 0 : sum;
      results[base + channel] =
        divisor === 1
          ? applySmallCast(activated, cast)
          : applySmallQuotientCast(activated, divisor, cast);
    }
  }
}
