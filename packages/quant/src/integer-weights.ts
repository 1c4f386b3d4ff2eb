import { CnntargzError, type FixedPointType, type FloatTensor } from "@cnntargz/contracts";
import {
  castReal,
  fixedType,
  formatType,
  fractionBits,
  hullIntervals,
  intervalOfValue,
  maxInteger,
  minInteger,
  typeOfInterval,
} from "@cnntargz/fixed-point";

import { type Dyadic, toDyadic } from "./dyadic.js";
import { isPowerOfTwo } from "./float32.js";
import type { TypeRule } from "./layer-flow.js";
import { formatQuantizer } from "./notation.js";
import { quantize } from "./quantize.js";
import type { Quantizer } from "./quantizer.js";

/** Weights as integers in units of their type's least significant bit. */
export interface IntegerWeights {
  readonly type: FixedPointType;
  readonly values: Int32Array<ArrayBuffer>;
}

/**
 * Quantize a weight tensor and write it as integers without loss; power-of-two scales of the
 * channels are absorbed into the integers, on one common fraction. `interval`: in the smallest type
 * that holds these weights. `hls4ml`: in the type of the quantizer, ap_fixed<b,i+1> for
 * quantized_bits(b,i), stretched over the channels' scales.
 *
 * @throws CnntargzError `config` when a scale is no power of two; `inexact` when the integers need
 * more than 32 bits.
 */
export function integerWeights(
  quantizer: Quantizer,
  tensor: FloatTensor,
  typeRule: TypeRule,
  where: string,
): IntegerWeights {
  const { values, scales } = quantizeScaled(quantizer, tensor, where);
  const dyadic = toDyadic(values);
  if (typeRule === "interval") return inSmallestType(dyadic, where);
  return inType(dyadic, quantizerType(quantizer, values, scales, where), where);
}

/** Quantized values and the scales of their channels, all powers of two. */
function quantizeScaled(quantizer: Quantizer, tensor: FloatTensor, where: string) {
  const { values, scale } = quantize(quantizer, tensor.values, tensor.shape);
  const fixedAlpha = "alpha" in quantizer ? quantizer.alpha : null;
  const scales = scale ?? (typeof fixedAlpha === "number" ? [fixedAlpha] : [1]);
  const odd = Array.from(scales).findIndex((factor) => !isPowerOfTwo(factor));
  if (odd >= 0) {
    throw new CnntargzError(
      "config",
      `${where}: ${formatQuantizer(quantizer)} scales channel ${odd} by ${scales[odd]!}, which is no power of two, so that its weights are no fixed-point numbers; train with alpha='auto_po2' or alpha=1`,
    );
  }
  return { values, scales };
}

/** Weights cast to an explicit type, as a C++ assignment does; rounding loses what does not fit. */
export function castWeights(tensor: FloatTensor, type: FixedPointType): IntegerWeights {
  return { type, values: Int32Array.from(tensor.values, (value) => Number(castReal(value, type))) };
}

/** Weights without the scales of their quantizer, and those scales. */
export interface UnscaledWeights {
  readonly weights: IntegerWeights;
  /** log2 of the scale of each output channel. */
  readonly exponents: readonly number[];
}

/**
 * Quantize a weight tensor and write it as integers of the quantizer's own type, ap_fixed<b,i+1> for
 * quantized_bits(b,i), with the power-of-two scales of its channels kept apart, as hls4ml does.
 *
 * @throws CnntargzError `config` when a scale is no power of two.
 */
export function unscaledWeights(
  quantizer: Quantizer,
  tensor: FloatTensor,
  where: string,
): UnscaledWeights {
  const { values, scales } = quantizeScaled(quantizer, tensor, where);
  const channels = tensor.shape.at(-1)!;
  const type = unscaledType(quantizer, where);
  const unscaled = values.map((value, i) => value / scales[i % scales.length]!);
  return {
    weights: inType(toDyadic(unscaled), type, where),
    exponents: Array.from({ length: channels }, (_, c) => Math.log2(scales[c % scales.length]!)),
  };
}

function inSmallestType(dyadic: Dyadic, where: string): IntegerWeights {
  return inType(dyadic, typeOfInterval(rangeOf(dyadic)), where);
}

function rangeOf({ integers, fraction }: Dyadic) {
  let min = 0;
  let max = 0;
  for (const value of integers) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return hullIntervals(intervalOfValue(min, fraction), intervalOfValue(max, fraction));
}

function inType(dyadic: Dyadic, type: FixedPointType, where: string): IntegerWeights {
  const shift = 2 ** (fractionBits(type) - dyadic.fraction);
  const scaled = dyadic.integers.map((value) => value * shift);
  const wide = scaled.find((value) => Number.isInteger(value) && value !== (value | 0));
  if (wide !== undefined) {
    throw new CnntargzError(
      "inexact",
      `${where}: a weight of ${wide} units needs more than 32 bits; the scales of its channels lie too far apart, train with alpha=1 or fewer bits`,
    );
  }
  const [min, max] = [Number(minInteger(type)), Number(maxInteger(type))];
  const odd = scaled.find((value) => !Number.isInteger(value) || value < min || value > max);
  if (odd !== undefined) {
    throw new CnntargzError(
      "inexact",
      `${where}: the quantized weight ${odd / 2 ** fractionBits(type)} is no value of ${formatType(type)}; use typeRule interval`,
    );
  }
  return { type, values: Int32Array.from(scaled) };
}

/** hls4ml's type of a weight quantizer, stretched over the scales of channels that are not all zero. */
function quantizerType(
  quantizer: Quantizer,
  values: Float32Array,
  scales: ArrayLike<number>,
  where: string,
): FixedPointType {
  const base = unscaledType(quantizer, where);
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue;
    const exponent = Math.log2(scales[i % scales.length]!);
    least = Math.min(least, exponent);
    most = Math.max(most, exponent);
  }
  if (least > most) return base;
  return fixedType(base.signed, base.width + most - least, base.integer + most);
}

function unscaledType(quantizer: Quantizer, where: string): FixedPointType {
  switch (quantizer.kind) {
    case "quantized_bits":
    case "quantized_linear": {
      const { bits, integer, keepNegative } = quantizer;
      if (!keepNegative) return fixedType(false, bits, integer);
      if (bits > 1) return fixedType(true, bits, integer + 1);
      // One signed bit is a sign: -1 and 1, or half of the range for quantized_linear.
      return fixedType(true, 2, quantizer.kind === "quantized_bits" ? 2 : integer + 1);
    }
    case "binary":
    case "ternary":
      return fixedType(true, 2, 2);
    case "quantized_relu":
    case "quantized_relu_po2":
    case "quantized_tanh":
    case "quantized_sigmoid":
      throw new CnntargzError(
        "config",
        `${where}: ${formatQuantizer(quantizer)} is a quantizer of activations; use quantized_bits for weights`,
      );
  }
}
