import { channelCount, leastSquaresScales, maxMagnitudes, scaleCount } from "./channels.js";
import { nearestPowerOfTwo, straightThrough } from "./float32.js";
import type { Quantized } from "./quantized.js";
import type { Alpha, Binary, Ternary } from "./quantizer.js";
import { type Noise, roundingOf } from "./stochastic.js";

const fround = Math.fround;
const DEFAULT_THRESHOLD = 0.33;

/**
 * QKeras' `binary` in float32: alpha sign(x), 0 counting as positive; automatic alpha by least
 * squares, of a vector for each element by itself. A stochastic one rounds in training to eighths of twice the largest |x| (at most 1) of
 * the channel before the sign, and gives what is then 0 a random sign.
 */
export function quantizeBinary(
  quantizer: Binary,
  values: Float32Array,
  shape: readonly number[],
  noise?: Noise,
): Quantized {
  const channels = channelCount(shape, values.length);
  const count = scaleCount(shape, values.length);
  const negative = quantizer.use01 ? 0 : -1;
  if (noise === undefined || !quantizer.stochastic) {
    const codes = values.map((x) => (x >= 0 ? 1 : negative));
    return scaled(quantizer.alpha, values, codes, count);
  }
  const round = roundingOf(quantizer, noise, 1 / 8);
  const ranges = maxMagnitudes(values, channels).map((largest) => 2 * Math.min(largest, 1));
  const rounded = values.map((x, i) => {
    const range = ranges[i % channels]!;
    return range === 0 ? 0 : fround(range * round(fround(x / range), i));
  });
  const codes = rounded.map((x, i) => {
    const sign = x === 0 ? noise(values.length + i) - 0.5 : x;
    return sign >= 0 ? 1 : negative;
  });
  return scaled(quantizer.alpha, rounded, codes, count);
}

/**
 * QKeras' `ternary` in float32: alpha sign(x) where |x| >= threshold, else 0. With an automatic
 * alpha the scale begins at 2 max|x| / 3 per channel, and scale and codes (|x| rounded to the scale
 * at least half of it) are found in turn, of a vector for each element by itself.
 */
export function quantizeTernary(
  quantizer: Ternary,
  values: Float32Array,
  shape: readonly number[],
  noise?: Noise,
): Quantized {
  const count = scaleCount(shape, values.length);
  if (typeof quantizer.alpha !== "string") {
    const threshold = fround(quantizer.threshold ?? DEFAULT_THRESHOLD);
    const codes = values.map((x) => (Math.abs(x) >= threshold ? Math.sign(x) : 0));
    return scaled(quantizer.alpha, values, codes, count);
  }
  const round = quantizer.alpha === "auto_po2" ? nearestPowerOfTwo : fround;
  let scales = maxMagnitudes(values, channelCount(shape, values.length)).map((largest) =>
    round(fround(fround(2 * largest) / 3)),
  );
  const nearest = roundingOf(quantizer, noise, 1 / 3);
  let codes = values;
  for (let unroll = 0; unroll < quantizer.unrolls; unroll++) {
    codes = values.map((x, i) => {
      const scale = scales[i % scales.length]!;
      const rounded = fround(scale * nearest(fround(x / scale), i));
      return Math.abs(rounded) >= fround(scale / 2) ? Math.sign(x) : 0;
    });
    scales = leastSquaresScales(values, codes, count).map((scale) => round(scale));
  }
  return { values: apply(values, codes, scales), scale: scales };
}

function scaled(alpha: Alpha, values: Float32Array, codes: Float32Array, count: number): Quantized {
  if (typeof alpha !== "string") {
    // Without an alpha QKeras goes straight through tanh(x), which is never far from the sign.
    const quantized =
      alpha === null ? codes.map((code) => code + 0) : apply(values, codes, Float32Array.of(alpha));
    return { values: quantized, scale: null };
  }
  const scales = leastSquaresScales(values, codes, count);
  const scale = alpha === "auto_po2" ? scales.map(nearestPowerOfTwo) : scales;
  return { values: apply(values, codes, scale), scale };
}

function apply(values: Float32Array, codes: Float32Array, scales: Float32Array): Float32Array {
  return codes.map((code, i) => straightThrough(values[i]!, code * scales[i % scales.length]!));
}
