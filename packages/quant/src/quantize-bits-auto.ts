import { channelCount, maxMagnitudes, meanRatios } from "./channels.js";
import { nearestPowerOfTwo, straightThrough } from "./float32.js";
import type { Quantized } from "./quantized.js";
import type { QuantizedBits } from "./quantizer.js";

const fround = Math.fround;

/**
 * |code| of a value: |x| / step rounded half away from zero, at most `largest`. Comparing with NaN,
 * which a step of 0 gives, chooses the largest.
 */
function magnitude(ratio: number, largest: number): number {
  const shifted = fround(fround(ratio) + 0.5);
  return shifted < largest ? Math.floor(shifted) : largest;
}

/**
 * The power of two nearest to the least-squares scale mean(x code) / mean(code^2) of each channel.
 * Runs up to five times in every training step of every kernel, hence no codes in memory, and
 * multiplications by powers of two for divisions.
 */
function refine(x: Float32Array, steps: Float32Array, largest: number): Float32Array {
  const channels = steps.length;
  const inverses = steps.map((step) => 1 / step);
  // TensorFlow sums row after row in float32; another order moves the scale by some ulps.
  const products = new Float32Array(channels);
  const squares = new Float32Array(channels);
  for (let row = 0; row < x.length; row += channels) {
    for (let channel = 0; channel < channels; channel++) {
      const size = Math.abs(x[row + channel]!);
      const code = magnitude(size * inverses[channel]!, largest);
      products[channel]! += fround(size * code);
      squares[channel]! += fround(code * code);
    }
  }
  return meanRatios(products, squares, x.length / channels).map(nearestPowerOfTwo);
}

/**
 * QKeras' `quantized_bits` with an automatic scale per channel: 2 max|x| / levels with levels =
 * 2 (2^(bits - 1) - 1); for `auto_po2` the nearest power of two, then refined five times to the
 * power of two nearest to the least-squares scale. Rounds half away from zero, unlike a fixed alpha,
 * and never stochastically.
 */
export function quantizeBitsAuto(
  { bits, integer, keepNegative, alpha }: QuantizedBits,
  values: Float32Array,
  shape: readonly number[],
): Quantized {
  const isPowerOfTwo = alpha === "auto_po2";
  const channels = channelCount(shape, values.length);
  const range = 2 ** integer;
  const m = 2 ** (bits - Number(keepNegative));
  const largest = 2 ** (bits - 1) - 1;
  const x = integer === 0 ? values : values.map((value) => value / range);
  let steps: Float32Array = maxMagnitudes(x, channels).map((most) => (most * 2) / (2 * largest));
  if (isPowerOfTwo) {
    steps = steps.map(nearestPowerOfTwo);
    for (let iteration = 0; iteration < 5; iteration++) {
      const refined = refine(x, steps, largest);
      const isSettled = refined.every((step, channel) => step === steps[channel]);
      steps = refined;
      if (isSettled) break;
    }
  }
  const scale = steps.map((step) => step * m);
  const quantized = new Float32Array(x.length);
  for (let i = 0, channel = 0; i < x.length; i++) {
    const size = magnitude(Math.abs(x[i]!) / steps[channel]!, largest);
    const code = Math.sign(x[i]!) * size;
    const value = scale[channel]! * ((range * code) / m);
    quantized[i] = straightThrough(values[i]!, value, isPowerOfTwo);
    if (++channel === channels) channel = 0;
  }
  return { values: quantized, scale };
}
