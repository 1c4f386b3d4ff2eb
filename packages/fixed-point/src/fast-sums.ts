import type {
  IntegerAveragePool2d,
  IntegerConv2d,
  IntegerDense,
  IntegerScale,
} from "@cnntargz/contracts";

import { prepareSmallCast, type SmallCast } from "./cast-small.js";
import { castInteger } from "./cast.js";
import type { Taps } from "./fast-kernels.js";
import type { Interval } from "./interval.js";
import { fractionBits } from "./types.js";

/** Where an image lies in a buffer that has the zeros the next layer's pads ask for around it. */
export interface Frame {
  readonly width: number;
  readonly channels: number;
  readonly top: number;
  readonly left: number;
  /** Values per image, padding included. */
  readonly size: number;
}

/** How a layer gets its sums. */
type SumPlan =
  | { readonly kind: "taps"; readonly taps: Taps; readonly wrap: SmallCast | null }
  | {
      readonly kind: "truncated";
      readonly taps: Taps;
      readonly low: Float64Array;
      readonly lowScale: number;
      readonly wrap: SmallCast;
    }
  | {
      readonly kind: "steps";
      readonly taps: Taps;
      readonly step: SmallCast;
      readonly scale: number;
    }
  | { readonly kind: "pool"; readonly offsets: Int32Array; readonly largest: boolean };

const EXACT = 1n << 53n;

const magnitude = ({ min, max }: Interval): bigint => (-min > max ? -min : max);

function planTaps(layer: IntegerConv2d | IntegerDense, from: Frame, scale: number): Taps {
  const [height, width] = layer.kind === "dense" ? [1, 1] : layer.kernelSize;
  const [, , filters] = layer.outputShape;
  const starts = new Int32Array(filters + 1);
  const offsets: number[] = [];
  const weights: number[] = [];
  for (let filter = 0; filter < filters; filter += 1) {
    for (let dy = 0, i = filter; dy < height; dy += 1) {
      for (let dx = 0; dx < width; dx += 1) {
        for (let channel = 0; channel < from.channels; channel += 1, i += filters) {
          const weight = layer.weights.values[i]!;
          if (weight === 0) continue;
          offsets.push((dy * from.width + dx) * from.channels + channel);
          weights.push(weight * scale);
        }
      }
    }
    starts[filter + 1] = offsets.length;
  }
  return {
    starts,
    offsets: Int32Array.from(offsets),
    weights: Float64Array.from(weights),
    bias: new Float64Array(filters),
  };
}

/** The largest |bias| + sum |w| |x| over output channels, in units of 2^-fraction. */
function sumBound(
  layer: IntegerConv2d | IntegerDense,
  inputs: readonly Interval[],
  lift: number,
  biasLift: number,
): bigint {
  const filters = layer.outputShape[2];
  const bounds = Array.from(
    layer.bias.values,
    (bias) => BigInt(Math.abs(bias)) << BigInt(biasLift),
  );
  const sizes = inputs.map((input) => magnitude(input) << BigInt(lift));
  for (const [i, weight] of layer.weights.values.entries()) {
    const channel = Math.floor(i / filters) % inputs.length;
    bounds[i % filters]! += BigInt(Math.abs(weight)) * sizes[channel]!;
  }
  return bounds.reduce((a, b) => (b > a ? b : a));
}

/** A plan for the sums, and their fraction bits once they are complete. */
export interface Sums {
  readonly sum: SumPlan;
  readonly sumFraction: number;
}

/** Exact sums in float64, perhaps wrapped at the end, or a cast per product; null when float64 is too small. */
export function planWeighted(
  layer: IntegerConv2d | IntegerDense,
  inputs: readonly Interval[],
  inputFraction: number,
  exact: boolean,
  from: Frame,
): Sums | null {
  const { accumulatorType } = layer;
  const fraction = fractionBits(accumulatorType);
  const productFraction = fractionBits(layer.weightType) + inputFraction;
  const biasFraction = fractionBits(layer.biasType);
  const sumFraction = Math.max(productFraction, biasFraction);
  const narrow = accumulatorType.width <= 53;
  const wraps = accumulatorType.overflow === "WRAP" && sumFraction <= fraction && narrow;
  if (exact || wraps) {
    const lift = sumFraction - productFraction;
    const biasLift = sumFraction - biasFraction;
    if (sumBound(layer, inputs, lift, biasLift) > EXACT) return null;
    const taps = planTaps(layer, from, 2 ** lift);
    for (const [i, bias] of layer.bias.values.entries()) taps.bias[i] = bias * 2 ** biasLift;
    const wrap = exact ? null : prepareSmallCast(sumFraction, accumulatorType);
    return { sum: { kind: "taps", taps, wrap }, sumFraction: exact ? sumFraction : fraction };
  }
  if (!narrow) return null;
  const truncated = planTruncated(layer, inputs, inputFraction, from);
  if (truncated) return truncated;
  const exactFraction = Math.max(fraction, productFraction);
  const lift = exactFraction - productFraction;
  const heldBits = accumulatorType.width + exactFraction - fraction;
  const largest = sumBound(layer, inputs, lift, 0) + (1n << BigInt(heldBits));
  if (largest > EXACT) return null;
  const taps = planTaps(layer, from, 2 ** lift);
  for (const [i, bias] of layer.bias.values.entries()) {
    taps.bias[i] = Number(castInteger(BigInt(bias), biasFraction, accumulatorType));
  }
  const step = prepareSmallCast(exactFraction, accumulatorType);
  return {
    sum: { kind: "steps", taps, step, scale: 2 ** (exactFraction - fraction) },
    sumFraction: fraction,
  };
}

/**
 * Sums in an accumulator that truncates and wraps after each product: since the accumulator itself
 * lies on its grid, truncating acc + w x is adding floor(w x), and wrapping can wait for the end.
 * With w = high 2^shift + low, where `shift` bits of the product are cut off, that is high x +
 * floor(low x 2^-shift), which float64 holds for 32-bit factors too.
 */
function planTruncated(
  layer: IntegerConv2d | IntegerDense,
  inputs: readonly Interval[],
  inputFraction: number,
  from: Frame,
): Sums | null {
  const { accumulatorType, biasType } = layer;
  const fraction = fractionBits(accumulatorType);
  const shift = fractionBits(layer.weightType) + inputFraction - fraction;
  const { rounding, overflow } = accumulatorType;
  if (rounding !== "TRN" || overflow !== "WRAP" || shift <= 0) return null;
  const cut = 2 ** shift;
  const taps = planTaps(layer, from, 1);
  const high = taps.weights.map((weight) => Math.floor(weight / cut));
  const low = taps.weights.map((weight, tap) => weight - high[tap]! * cut);

  const filters = layer.outputShape[2];
  const largest = inputs.map(magnitude).reduce((a, b) => (b > a ? b : a));
  const lowest = low.reduce((a, b) => Math.max(a, b), 0);
  if (largest > EXACT || BigInt(lowest) * largest > EXACT) return null;
  for (let filter = 0; filter < filters; filter += 1) {
    const bias = castInteger(
      BigInt(layer.bias.values[filter]!),
      fractionBits(biasType),
      accumulatorType,
    );
    let bound = bias < 0n ? -bias : bias;
    for (let tap = taps.starts[filter]!; tap < taps.starts[filter + 1]!; tap += 1) {
      // floor(low x / cut) is at most x in magnitude.
      bound += BigInt(Math.abs(high[tap]!) + 1) * largest;
    }
    if (bound > EXACT) return null;
    taps.bias[filter] = Number(bias);
  }
  const wrap = prepareSmallCast(fraction, accumulatorType);
  return {
    sum: { kind: "truncated", taps: { ...taps, weights: high }, low, lowScale: 1 / cut, wrap },
    sumFraction: fraction,
  };
}

/** scale * x + bias per channel; null when float64 is too small. */
export function planScale(
  layer: IntegerScale,
  inputs: readonly Interval[],
  inputFraction: number,
): Sums | null {
  const productFraction = fractionBits(layer.scaleType) + inputFraction;
  const biasFraction = fractionBits(layer.biasType);
  const sumFraction = Math.max(productFraction, biasFraction);
  const lift = sumFraction - productFraction;
  const biasLift = sumFraction - biasFraction;
  const fits = inputs.every((input, channel) => {
    const scale = BigInt(Math.abs(layer.scale.values[channel]!));
    const bias = BigInt(Math.abs(layer.bias.values[channel]!));
    const product = (scale * magnitude(input)) << BigInt(lift);
    return product + (bias << BigInt(biasLift)) <= EXACT;
  });
  if (!fits) return null;
  const channels = inputs.length;
  const taps: Taps = {
    starts: Int32Array.from({ length: channels + 1 }, (_, channel) => channel),
    offsets: Int32Array.from({ length: channels }, (_, channel) => channel),
    weights: Float64Array.from(layer.scale.values, (scale) => scale * 2 ** lift),
    bias: Float64Array.from(layer.bias.values, (bias) => bias * 2 ** biasLift),
  };
  return { sum: { kind: "taps", taps, wrap: null }, sumFraction };
}

/** Offsets of a window's pixels from its first. */
export function windowOffsets(height: number, width: number, from: Frame): Int32Array {
  return Int32Array.from({ length: height * width }, (_, i) => {
    return (Math.floor(i / width) * from.width + (i % width)) * from.channels;
  });
}

/** How an average is divided: by a shift of the binary point where the window size is a power of two. */
export function planAverage(
  layer: IntegerAveragePool2d,
  inputs: readonly Interval[],
  inputFraction: number,
): { divisor: number; castFraction: number } | null {
  const count = layer.poolSize[0] * layer.poolSize[1];
  const sum = inputs.map((x) => magnitude(x) * BigInt(count)).reduce((a, b) => (b > a ? b : a));
  if (sum > EXACT) return null;
  const log2 = Math.log2(count);
  if (2 ** Math.round(log2) === count) {
    return { divisor: 1, castFraction: inputFraction + Math.round(log2) };
  }
  const shift = fractionBits(layer.resultType) - inputFraction;
  const largest = shift > 0 ? sum << BigInt(shift) : BigInt(count) << BigInt(-shift);
  return largest > EXACT ? null : { divisor: count, castFraction: inputFraction };
}
