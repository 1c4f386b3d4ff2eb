import { CnntargzError } from "@cnntargz/contracts";

/**
 * How many scales a tensor of this shape has: one per entry of the last axis (the output channels);
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
 * The scale s per channel that makes s * codes nearest to `values` in least squares,
 * mean(values codes) / (mean(codes^2) + 1e-7), as QKeras' `_get_scale`.
 */
export function leastSquaresScales(
  values: Float32Array,
  codes: Float32Array,
  channels: number,
): Float32Array {
  // TensorFlow sums row after row in float32; another order moves the scale by some ulps.
  const products = new Float32Array(channels);
  const squares = new Float32Array(channels);
  for (let i = 0, channel = 0; i < values.length; i++) {
    products[channel]! += Math.fround(values[i]! * codes[i]!);
    squares[channel]! += Math.fround(codes[i]! * codes[i]!);
    if (++channel === channels) channel = 0;
  }
  return meanRatios(products, squares, values.length / channels);
}

/** mean(products) / (mean(squares) + 1e-7) per channel from their sums over `count` values, in float32. */
export function meanRatios(
  products: Float32Array,
  squares: Float32Array,
  count: number,
): Float32Array {
  return products.map((sum, channel) => {
    const meanSquare = Math.fround(squares[channel]! / count);
    return Math.fround(sum / count) / Math.fround(meanSquare + Math.fround(1e-7));
  });
}
