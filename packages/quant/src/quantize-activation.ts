import { clip, EPSILON, roundHalfEven, straightThrough } from "./float32.js";
import type {
  QuantizedRelu,
  QuantizedReluPo2,
  QuantizedSigmoid,
  QuantizedTanh,
} from "./quantizer.js";
import { type Noise, roundingOf } from "./stochastic.js";

/** What rounds to half steps too when it is stochastic, for QKeras leaves its default there. */
const HALF_STEPS = 0.5;
/** Quantizes value `index` of a tensor. */
export type ValueQuantizer = (x: number, index: number) => number;

const fround = Math.fround;

/**
 * The largest value a quantized_relu can give: 2^integer - 2^(integer - bits), one bit less with a
 * negative slope.
 */
function reluMaximum(quantizer: QuantizedRelu): number {
  const bits = quantizer.bits - Number(quantizer.negativeSlope !== 0);
  return 2 ** quantizer.integer - 2 ** (quantizer.integer - bits);
}

/** Where a quantized_relu's gradient ends; Infinity when it does not. */
export function reluGradientEnd(quantizer: QuantizedRelu): number {
  return quantizer.quantizedClip
    ? reluMaximum(quantizer)
    : (quantizer.reluUpperBound ?? Number.POSITIVE_INFINITY);
}

/**
 * QKeras' `quantized_relu` of one value in float32. With m = 2^bits: 2^integer
 * clip(round(x m / 2^integer) / m, 0, 1 - 1/m), half to even; a slope adds its own quantized part.
 */
export function quantizeRelu(quantizer: QuantizedRelu, noise?: Noise): ValueQuantizer {
  const { negativeSlope: slope } = quantizer;
  const m = 2 ** (quantizer.bits - Number(slope !== 0));
  const range = 2 ** quantizer.integer;
  const end = fround(reluGradientEnd(quantizer));
  const bound = quantizer.quantizedClip ? null : quantizer.reluUpperBound;
  const round = roundingOf(quantizer, noise, HALF_STEPS);
  return (x, i) => {
    const p = fround(fround(x * m) / range);
    let quantized = range * clip(round(p, i) / m, 0, 1 - 1 / m);
    if (slope > 0) {
      quantized += range * slope * clip(round(fround(p * slope), i) / (slope * m), -1, 0);
    }
    // QKeras ignores an upper bound of 0.
    if (bound !== null && bound !== 0 && quantized > bound) quantized = bound;
    const limited = x <= end ? (x > 0 ? x : fround(x * slope)) : end;
    return straightThrough(limited, quantized);
  };
}

/** The exponent of the power of two below or above x, drawn so that the mean of the powers is x. */
function stochasticExponent(x: number, u: number): number {
  const nearest = roundHalfEven(fround(fround(Math.log(fround(x + EPSILON))) / fround(Math.LN2)));
  const lower = 2 ** nearest > x ? nearest - 1 : nearest;
  return x < fround(2 ** lower * (1 + u)) ? lower : lower + 1;
}

/** QKeras' `quantized_relu_po2` of one value in float32: 2^clip(round(log2 max(x, 0)), low, high). */
export function quantizeReluPo2(quantizer: QuantizedReluPo2, noise?: Noise): ValueQuantizer {
  const { bits, maxValue } = quantizer;
  const exponentBits = bits - Number(maxValue === null || maxValue > 1);
  const low = -(2 ** exponentBits);
  const high = 2 ** exponentBits - 1;
  const ln2 = fround(Math.LN2);
  const exponentOf = (x: number, i: number): number => {
    if (x < EPSILON) return low;
    const limited = maxValue !== null && x >= maxValue ? maxValue : x;
    if (noise !== undefined && quantizer.stochastic) {
      return clip(stochasticExponent(limited, noise(i)), low, high);
    }
    return clip(roundHalfEven(fround(fround(Math.log(limited)) / ln2)), low, high);
  };
  return (x, i) => {
    const exponent = exponentOf(x, i);
    // TensorFlow has no numbers below the normal ones.
    const power = exponent < -126 ? 0 : 2 ** exponent;
    return straightThrough(Math.min(Math.max(x, 0), maxValue ?? Infinity), power);
  };
}

/** A squashing quantizer: how it bends and then rounds. */
interface Squash {
  /** Value before rounding, in float32. */
  readonly bend: (x: number) => number;
  /** Derivative of `bend`. */
  readonly slope: (x: number) => number;
  readonly m: number;
  readonly low: number;
  readonly high: number;
}

const hardSigmoid = (x: number): number => clip(fround(fround(0.5 * x) + 0.5), 0, 1);
const isInside = (x: number): boolean => {
  const inner = fround(fround(0.5 * x) + 0.5);
  return inner >= 0 && inner <= 1;
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function squashOf(quantizer: QuantizedTanh | QuantizedSigmoid): Squash {
  if (quantizer.kind === "quantized_tanh") {
    const m = 2 ** (quantizer.bits - 1);
    const bounds = { m, low: -1 + Number(quantizer.symmetric) / m, high: 1 - 1 / m };
    return quantizer.useRealTanh
      ? { bend: (x) => fround(Math.tanh(x)), slope: (x) => 1 - Math.tanh(x) ** 2, ...bounds }
      : {
          bend: (x) => fround(fround(2 * hardSigmoid(x)) - 1),
          slope: (x) => Number(isInside(x)),
          ...bounds,
        };
  }
  const m = 2 ** quantizer.bits;
  const bounds = { m, low: Number(quantizer.symmetric) / m, high: 1 - 1 / m };
  return quantizer.useRealSigmoid
    ? {
        bend: (x) => fround(sigmoid(x)),
        slope: (x) => sigmoid(x) * (1 - sigmoid(x)),
        ...bounds,
      }
    : { bend: hardSigmoid, slope: (x) => 0.5 * Number(isInside(x)), ...bounds };
}

/** QKeras' `quantized_tanh` or `quantized_sigmoid` of one value in float32: clip(round(f(x) m) / m). */
export function quantizeSquash(
  quantizer: QuantizedTanh | QuantizedSigmoid,
  noise?: Noise,
): ValueQuantizer {
  const { bend, m, low, high } = squashOf(quantizer);
  const round = roundingOf(quantizer, noise, HALF_STEPS);
  return (x, i) => clip(round(fround(bend(x) * m), i) / m, low, high) + 0;
}

/** Derivative of {@link quantizeSquash}, straight through the rounding but not through the clipping. */
export function squashGradient(quantizer: QuantizedTanh | QuantizedSigmoid): (x: number) => number {
  const { bend, slope, m, low, high } = squashOf(quantizer);
  return (x) => {
    const rounded = roundHalfEven(fround(bend(x) * m)) / m;
    return rounded >= low && rounded <= high ? slope(x) : 0;
  };
}
