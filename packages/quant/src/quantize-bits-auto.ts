import { channelCount, leastSquaresScales, maxMagnitudes, scaleCount } from "./channels.js";
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

/** Codes of all values; plain loops, as this runs up to six times per kernel and training step. */
function codesOf(x: Float32Array, steps: Float32Array, largest: number): Float32Array {
  const codes = new Float32Array(x.length);
  const channels = steps.length;
  for (let row = 0; row < x.length; row += channels) {
    for (let channel = 0; channel < channels; channel++) {
      const value = x[row + channel]!;
      const size = magnitude(Math.abs(value) / steps[channel]!, largest);
      codes[row + channel] = value < 0 ? -size : value > 0 ? size : 0;
    }
  }
  return codes;
}

/**
 * QKeras' `quantized_bits` with an automatic scale per channel: 2 max|x| / levels with levels =
 * 2 (2^(bits - 1) - 1); for `auto_po2` the nearest power of two, then refined five times to the
 * power of two nearest to the least-squares scale, of a vector for each element by itself. Rounds
 * half away from zero, unlike a fixed alpha, and never stochastically. One bit has no levels: it is
 * 0 with `auto_po2` and NaN with `auto`.
 */
export function quantizeBitsAuto(
  { bits, integer, keepNegative, alpha }: QuantizedBits,
  values: Float32Array,
  shape: readonly number[],
): Quantized {
  const channels = channelCount(shape, values.length);
  const count = scaleCount(shape, values.length);
  const range = 2 ** integer;
  const m = 2 ** (bits - Number(keepNegative));
  const largest = 2 ** (bits - 1) - 1;
  const x = integer === 0 ? values : values.map((value) => value / range);
  let steps: Float32Array = maxMagnitudes(x, channels).map(
    (most) => fround(most * 2) / (2 * largest),
  );
  let codes = alpha === "auto_po2" ? x : codesOf(x, steps, largest);
  if (alpha === "auto_po2") {
    steps = steps.map(nearestPowerOfTwo);
    for (let iteration = 0; iteration < 5; iteration++) {
      // The codes that are given belong to the scale before the last one, as in QKeras.
      codes = codesOf(x, steps, largest);
      const refined = leastSquaresScales(x, codes, count).map(nearestPowerOfTwo);
      const isSettled = refined.every((step, i) => step === steps[i % steps.length]);
      steps = refined;
      if (isSettled) break;
    }
  }
  const scale = steps.map((step) => step * m);
  const quantized = codes.map((code, i) => {
    const value = scale[i % scale.length]! * fround((range * code) / m);
    return straightThrough(values[i]!, value);
  });
  return { values: quantized, scale };
}
