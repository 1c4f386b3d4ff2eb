import { leastSquaresScales, maxima, maxMagnitudes, scaleCount } from "./channels.js";
import { clip, EPSILON, nearestPowerOfTwo, roundHalfEven, straightThrough } from "./float32.js";
import { quantizeBitsAuto } from "./quantize-bits-auto.js";
import type { Quantized } from "./quantized.js";
import type { QuantizedBits, QuantizedLinear } from "./quantizer.js";
import { type Noise, type Rounding, roundingOf } from "./stochastic.js";

const fround = Math.fround;

/**
 * QKeras' `quantized_bits` in float32. With m = 2^(bits - sign): alpha 2^integer
 * clip(round(x m / 2^integer), -m + symmetric, m - 1) / m, half to even; with an automatic alpha
 * see {@link quantizeBitsAuto}, which never rounds stochastically.
 */
export function quantizeBits(
  quantizer: QuantizedBits,
  values: Float32Array,
  shape: readonly number[],
  noise?: Noise,
): Quantized {
  if (typeof quantizer.alpha === "string") return quantizeBitsAuto(quantizer, values, shape);
  const unsignedBits = quantizer.bits - Number(quantizer.keepNegative);
  const m = 2 ** unsignedBits;
  const range = 2 ** quantizer.integer;
  const alpha = fround(quantizer.alpha ?? 1);
  const low = quantizer.keepNegative ? -m + Number(quantizer.symmetric) : 0;
  const round = roundingOf(quantizer, noise, 1);
  const quantized = values.map((x, i) => {
    if (unsignedBits === 0) {
      const sign = x >= 0 ? 1 : -1;
      return straightThrough(x, alpha * (quantizer.keepNegative ? sign : (sign + 1) / 2));
    }
    const code = clip(round(fround(fround(x * m) / range), i), low, m - 1);
    return straightThrough(x, alpha * ((range * code) / m));
  });
  return { values: quantized, scale: null };
}

/** How `quantized_linear` maps values to codes. */
export interface LinearGrid {
  /** Value of one code step, one per channel. */
  readonly steps: Float32Array;
  readonly low: number;
  readonly high: number;
  /** 1/2 for one signed bit, whose codes are -1/2 and 1/2; else 0. */
  readonly shift: number;
}

/**
 * The grid of QKeras' `quantized_linear`: a step of alpha 2^(integer - bits + sign), or found per
 * channel, of a vector for each element, as the smallest that clips nothing (`auto`), refined to a power of two by least squares
 * until it stands still, at most five times (`auto_po2`).
 */
export function linearGrid(
  quantizer: QuantizedLinear,
  values: Float32Array,
  shape: readonly number[],
): LinearGrid {
  const { bits, keepNegative, alpha } = quantizer;
  const isSign = bits === 1 && keepNegative;
  const m = 2 ** (bits - Number(keepNegative));
  const low = isSign ? -0.5 : keepNegative ? -m + Number(quantizer.symmetric) : 0;
  const high = isSign ? 0.5 : m - 1;
  const shift = isSign ? 0.5 : 0;
  const dataStep = 2 ** (quantizer.integer - bits + Number(keepNegative));
  const channels = scaleCount(shape, values.length);
  if (typeof alpha !== "string") {
    const step = fround(alpha ?? 1) * dataStep;
    return { steps: new Float32Array(channels).fill(step), low, high, shift };
  }
  const widest = keepNegative
    ? maxMagnitudes(values, channels).map((largest) => largest * 2)
    : maxima(values, channels);
  let grid = {
    steps: widest.map((width) => Math.max(fround(width / (high - low)), EPSILON)),
    low,
    high,
    shift,
  };
  if (alpha === "auto_po2") {
    grid = { ...grid, steps: grid.steps.map(nearestPowerOfTwo) };
    for (let iteration = 0; iteration < (isSign ? 1 : 5); iteration++) {
      const codes = linearCodes(grid, values, roundHalfEven);
      const steps = leastSquaresScales(values, codes, channels).map(nearestPowerOfTwo);
      const settled = steps.every((step, channel) => step === grid.steps[channel]);
      grid = { ...grid, steps };
      if (settled) break;
    }
  }
  return grid;
}

function linearCodes(
  { steps, low, high, shift }: LinearGrid,
  values: Float32Array,
  round: Rounding,
): Float32Array {
  return values.map((x, i) => {
    const clipped = clip(fround(x / steps[i % steps.length]!), low, high);
    return round(fround(clipped - shift), i) + shift;
  });
}

/** QKeras' `quantized_linear` in float32: step * round(clip(x / step, low, high)), half to even. */
export function quantizeLinear(
  quantizer: QuantizedLinear,
  values: Float32Array,
  shape: readonly number[],
  noise?: Noise,
): Quantized {
  const grid = linearGrid(quantizer, values, shape);
  const { steps } = grid;
  const quantized = linearCodes(grid, values, roundingOf(quantizer, noise, 1)).map((code, i) =>
    straightThrough(values[i]!, code * steps[i % steps.length]!),
  );
  if (typeof quantizer.alpha !== "string") return { values: quantized, scale: null };
  const dataStep = 2 ** (quantizer.integer - quantizer.bits + Number(quantizer.keepNegative));
  return { values: quantized, scale: steps.map((step) => step / dataStep) };
}
