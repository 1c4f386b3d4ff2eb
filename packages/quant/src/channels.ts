import { CnntargzError } from "@cnntargz/contracts";

import { columnSums } from "./float32-sums.js";
import { EPSILON } from "./float32.js";

/**
 * How many ranges a tensor of this shape has: one per entry of the last axis (the output channels);
 * a tensor of rank 0 or 1 has one.
 *
 * @throws CnntargzError `contract` when the shape does not hold `length` values.
 */
export function channelCount(shape: readonly number[], length: number): number {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== length) {
    throw new CnntargzError(
      "contract",
      `a tensor of shape [${shape.join(", ")}] has ${size} values, there are ${length}`,
    );
  }
  return shape.length > 1 ? shape[shape.length - 1]! : 1;
}

/**
 * How many scales least squares finds for a tensor of this shape: one per entry of the last axis. As
 * in QKeras, a vector has no axis to average over and gets one per element.
 *
 * @throws CnntargzError `contract` when the shape does not hold `length` values.
 */
export function scaleCount(shape: readonly number[], length: number): number {
  const channels = channelCount(shape, length);
  return shape.length > 1 ? channels : length;
}

/** The largest |value| of each of `channels` channels (last axis). */
export function maxMagnitudes(values: Float32Array, channels: number): Float32Array {
  const largest = new Float32Array(channels);
  for (let i = 0, channel = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > largest[channel]!) largest[channel] = magnitude;
    if (++channel === channels) channel = 0;
  }
  return largest;
}

/** The largest value of each of `channels` channels (last axis). */
export function maxima(values: Float32Array, channels: number): Float32Array {
  const largest = new Float32Array(channels).fill(-Infinity);
  for (let i = 0; i < values.length; i++) {
    const channel = i % channels;
    if (values[i]! > largest[channel]!) largest[channel] = values[i]!;
  }
  return largest;
}

/**
 * The scale s of each of `count` channels that makes s * codes nearest to `values` in least squares,
 * mean(values codes) / (mean(codes^2) + 1e-7) in float32, as QKeras' `_get_scale`.
 */
export function leastSquaresScales(
  values: Float32Array,
  codes: Float32Array,
  count: number,
): Float32Array {
  const rows = values.length / count;
  const products = new Float32Array(codes.length);
  const squares = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    products[i] = values[i]! * code;
    squares[i] = code * code;
  }
  const squareSums = columnSums(squares, count);
  return columnSums(products, count).map((sum, channel) => {
    const meanSquare = Math.fround(squareSums[channel]! / rows);
    return Math.fround(sum / rows) / Math.fround(meanSquare + EPSILON);
  });
}
