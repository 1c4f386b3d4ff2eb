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
  const codesOf = (steps: Float32Array): Float32Array =>
    x.map((value, i) => {
      const ratio = fround(Math.abs(value) / steps[i % steps.length]!);
      return Math.sign(value) * magnitude(ratio, largest);
    });
  let steps: Float32Array = maxMagnitudes(x, channels).map(
    (most) => fround(most * 2) / (2 * largest),
  );
  let codes = codesOf(steps);
  if (alpha === "auto_po2") {
    // Each code belongs to the scale before the last one, as in QKeras, which stops after five.
    steps = steps.map(nearestPowerOfTwo);
    for (let iteration = 0; iteration < 5; iteration++) {
      codes = codesOf(steps);
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
