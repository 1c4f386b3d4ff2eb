import { anyObject, CnntargzError, FixedPointType, optionsCheck, z } from "@cnntargz/contracts";

import {
  hullIntervals,
  type Interval,
  intervalOfValue,
  typeOfInterval,
  weightedSumInterval,
} from "./interval.js";
import { fixedType, fractionBits } from "./types.js";

/** What hls4ml's worst-case rule looks at: types and the number of products, no values. */
export interface Hls4mlAccumulator {
  readonly rule: "hls4ml";
  readonly inputType: FixedPointType;
  readonly weightType: FixedPointType;
  /** null for a layer without bias. */
  readonly biasType: FixedPointType | null;
  /** Products per output: inputs of a dense layer, kernel height * width * input channels of a convolution. */
  readonly terms: number;
}

/** What the interval rule looks at: the weights themselves, and what each input can be. */
export interface IntervalAccumulator {
  readonly rule: "interval";
  /** One interval per input of a product, or per input channel of a convolution (repeated over the kernel). */
  readonly inputs: readonly Interval[];
  /** (..., cin, cout) row-major, in units of the weight type's least significant bit. */
  readonly weights: ArrayLike<number>;
  readonly weightType: FixedPointType;
  /** (cout), in units of the bias type's least significant bit. */
  readonly bias: ArrayLike<number>;
  readonly biasType: FixedPointType;
}

const checkHls4ml = optionsCheck<Hls4mlAccumulator>("inferAccumulator", {
  rule: z.literal("hls4ml"),
  inputType: FixedPointType,
  weightType: FixedPointType,
  biasType: FixedPointType.nullable(),
  terms: z.int().min(1),
});
const sumsOf = {
  inputs: anyObject,
  weights: anyObject,
  weightType: FixedPointType,
  bias: anyObject,
  biasType: FixedPointType,
};
const checkInterval = optionsCheck<IntervalAccumulator>("inferAccumulator", {
  rule: z.literal("interval"),
  ...sumsOf,
});
const checkSums = optionsCheck<Omit<IntervalAccumulator, "rule">>("sumIntervals", sumsOf);

/** ceil(log2 n) in integers, where Math.log2 could be off by an ulp. */
function ceilLog2(n: number): number {
  return n <= 1 ? 0 : (n - 1).toString(2).length;
}

/**
 * hls4ml's `infer_precision`: with n products W = Ww + Wx + ceil(log2 n), I = Iw + Ix +
 * ceil(log2 n), one more integer bit for a bias.
 */
function hls4mlAccumulator(config: Hls4mlAccumulator): FixedPointType {
  const { inputType, weightType, biasType, terms } = config;
  const growth = ceilLog2(terms);
  let width = weightType.width + inputType.width + growth;
  let integer = weightType.integer + inputType.integer + growth;
  let signed = weightType.signed || inputType.signed;
  if (biasType) {
    const fraction = Math.max(width - integer, fractionBits(biasType));
    integer =
      Math.max(
        integer + (biasType.signed && !signed ? 1 : 0),
        biasType.integer + (signed && !biasType.signed ? 1 : 0),
      ) + 1;
    width = integer + fraction;
    signed ||= biasType.signed;
  }
  return fixedType(signed, width, integer);
}

/**
 * The exact interval of each output channel's sum, bias included.
 *
 * @throws CnntargzError `contract` when the sizes of weights, bias and inputs do not go together.
 */
export function sumIntervals(config: Omit<IntervalAccumulator, "rule">): Interval[] {
  checkSums(config);
  const { inputs, weights, weightType, bias, biasType } = config;
  const outputs = bias.length;
  const terms = weights.length / outputs;
  if (outputs === 0 || !Number.isInteger(terms) || terms % inputs.length !== 0) {
    throw new CnntargzError(
      "contract",
      `${weights.length} weights do not divide into ${outputs} outputs of a multiple of ${inputs.length} inputs`,
    );
  }
  const free = Array.from({ length: terms }, (_, i) => inputs[i % inputs.length]!);
  const column = new Float64Array(terms);
  return Array.from({ length: outputs }, (_, output) => {
    for (let i = 0; i < terms; i += 1) column[i] = weights[i * outputs + output]!;
    const start = intervalOfValue(bias[output]!, fractionBits(biasType));
    return weightedSumInterval(free, column, fractionBits(weightType), start);
  });
}

/**
 * The accumulator type of a dense or convolutional layer. `hls4ml`: that project's worst case over
 * types. `interval`: the smallest type that holds the final sums of all output channels for every
 * input; partial sums may wrap on the way, which two's complement undoes.
 *
 * @throws CnntargzError `contract` for sizes that do not go together or more than 128 bits (`inexact` for intervals).
 */
export function inferAccumulator(config: Hls4mlAccumulator | IntervalAccumulator): FixedPointType {
  if (config.rule === "hls4ml") {
    checkHls4ml(config);
    return hls4mlAccumulator(config);
  }
  checkInterval(config);
  const { rule: _, ...sums } = config;
  return typeOfInterval(sumIntervals(sums).reduce(hullIntervals));
}
