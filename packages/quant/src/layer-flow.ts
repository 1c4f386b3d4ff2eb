import { CnntargzError, type FixedPointType, type LayerQuantizers } from "@cnntargz/contracts";
import {
  castInterval,
  fixedType,
  hullIntervals,
  inferAccumulator,
  type Interval,
  intervalOfType,
  intervalOfValue,
  reluInterval,
  sumIntervals,
  typeOfInterval,
} from "@cnntargz/fixed-point";

import { activationType } from "./activation-type.js";
import { isPowerOfTwo } from "./float32.js";
import type { IntegerWeights } from "./integer-weights.js";
import type { LayerShape } from "./layer-shapes.js";
import { parseQuantizer } from "./notation.js";

/** `interval`: as wide as values can be. `hls4ml`: as wide as that project's rule has it. */
export type TypeRule = "interval" | "hls4ml";

/** What a layer hands to the next. */
export interface Flow {
  readonly type: FixedPointType;
  /** What each channel can be. */
  readonly channels: readonly Interval[];
  /** What each channel of the float32 model can be, in the same order. */
  readonly floatChannels: readonly Interval[];
}

/** Types of a weighted sum, and what goes on from it. */
export interface SummedFlow {
  readonly accumulatorType: FixedPointType;
  readonly next: Flow;
}

/**
 * Accumulator and result of a conv2d or dense layer.
 *
 * @throws CnntargzError `config` when its activation quantizer is no cast, or a ReLU on a linear layer.
 */
export function weightedSum(
  shape: LayerShape,
  quantizers: LayerQuantizers,
  weights: IntegerWeights,
  bias: IntegerWeights,
  flow: Flow,
  typeRule: TypeRule,
): SummedFlow {
  const layer = shape.layer as Extract<LayerShape["layer"], { kind: "conv2d" | "dense" }>;
  const { top, bottom, left, right } = shape.pads;
  const isPadded = top + bottom + left + right > 0;
  const sums = (channels: readonly Interval[]): Interval[] =>
    sumIntervals({
      inputs: isPadded ? channels.map(withZero) : channels,
      weights: weights.values,
      weightType: weights.type,
      bias: bias.values,
      biasType: bias.type,
    });
  const sumChannels = sums(flow.channels);
  const accumulatorType =
    typeRule === "interval"
      ? typeOfInterval(sumChannels.reduce(hullIntervals))
      : inferAccumulator({
          rule: "hls4ml",
          inputType: flow.type,
          weightType: weights.type,
          biasType: bias.type,
          terms: weights.values.length / bias.values.length,
        });
  const activate = (interval: Interval): Interval =>
    layer.activation === "relu" ? reluInterval(interval) : interval;
  const activated = sumChannels.map(activate);
  const resultType =
    quantizers.activation === undefined
      ? unquantizedResult(activated, accumulatorType, layer.activation, typeRule)
      : activationType(parseQuantizer(quantizers.activation), `layer ${layer.name}`);
  if (layer.activation === "linear" && !resultType.signed && quantizers.activation !== undefined) {
    throw new CnntargzError(
      "config",
      `layer ${layer.name} is linear, but its activation ${quantizers.activation} is a ReLU; give the layer activation relu or a signed quantizer`,
    );
  }
  const result = (interval: Interval): Interval => castInterval(activate(interval), resultType);
  return {
    accumulatorType,
    next: {
      type: resultType,
      channels: sumChannels.map(result),
      floatChannels: sums(flow.floatChannels).map(result),
    },
  };
}

function unquantizedResult(
  activated: readonly Interval[],
  accumulatorType: FixedPointType,
  activation: "linear" | "relu",
  typeRule: TypeRule,
): FixedPointType {
  return activation === "relu" && typeRule === "interval"
    ? typeOfInterval(activated.reduce(hullIntervals))
    : accumulatorType;
}

/**
 * Accumulator and result of an average pool.
 *
 * @throws CnntargzError `config` when it has no quantizer and means that are no binary fractions.
 */
export function averagePool(
  shape: LayerShape,
  quantizers: LayerQuantizers,
  flow: Flow,
  typeRule: TypeRule,
): SummedFlow {
  const layer = shape.layer as Extract<LayerShape["layer"], { kind: "averagePool2d" }>;
  const count = layer.poolSize[0] * layer.poolSize[1];
  const sum = ({ min, max, fraction }: Interval): Interval => ({
    min: min * BigInt(count),
    max: max * BigInt(count),
    fraction,
  });
  const sumChannels = flow.channels.map(sum);
  const accumulatorType = typeOfInterval(
    typeRule === "interval" ? sumChannels.reduce(hullIntervals) : sum(intervalOfType(flow.type)),
  );
  if (quantizers.activation !== undefined) {
    const type = activationType(parseQuantizer(quantizers.activation), `layer ${layer.name}`);
    // A mean lies between the smallest and the largest value of its window.
    const result = (interval: Interval): Interval => castInterval(interval, type);
    const channels = flow.channels.map(result);
    const floatChannels = flow.floatChannels.map(result);
    return { accumulatorType, next: { type, channels, floatChannels } };
  }
  if (!isPowerOfTwo(count)) {
    throw new CnntargzError(
      "config",
      `layer ${layer.name} averages ${count} values, which is no power of two, so that its means are no binary fractions; give it an activation quantizer by name`,
    );
  }
  const bits = Math.log2(count);
  const mean = (interval: Interval): Interval => {
    const { min, max, fraction } = sum(interval);
    return { min, max, fraction: fraction + bits };
  };
  const type = fixedType(
    accumulatorType.signed,
    accumulatorType.width,
    accumulatorType.integer - bits,
  );
  const channels = flow.channels.map(mean);
  return { accumulatorType, next: { type, channels, floatChannels: flow.floatChannels.map(mean) } };
}

const zero = intervalOfValue(0, 0);
const withZero = (interval: Interval): Interval => hullIntervals(interval, zero);
