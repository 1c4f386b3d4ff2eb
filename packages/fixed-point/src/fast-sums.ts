import type { IntegerAveragePool2d, IntegerConv2d, IntegerDense } from "@cnntargz/contracts";

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
