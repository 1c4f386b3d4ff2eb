import type {
  IntegerActivation,
  IntegerConv2d,
  IntegerDense,
  IntegerLayer,
  IntegerNetwork,
  IntegerScale,
} from "@cnntargz/contracts";

import { sumIntervals } from "./accumulator.js";
import {
  addIntervals,
  castInterval,
  castQuotientInterval,
  fitsType,
  hullIntervals,
  type Interval,
  intervalOfType,
  intervalOfValue,
  multiplyIntervals,
  reluInterval,
} from "./interval.js";
import { fractionBits } from "./types.js";
import { validateNetwork } from "./validate.js";

/** What a layer's numbers can be, per output channel, over all images of the input type. */
export interface LayerIntervals {
  /** Final sums in the accumulator, before activation; null for layers without sums. */
  readonly accumulator: readonly Interval[] | null;
  /** Whether the accumulator always ends at the exact sum: no cast on the way changes it. */
  readonly exact: boolean;
  /** What the layer gives on, in units of its result type. */
  readonly result: readonly Interval[];
}

/** Product by product with a cast after each, for accumulators that round or saturate on the way. */
function stepIntervals(
  layer: IntegerConv2d | IntegerDense,
  inputs: readonly Interval[],
): { sum: Interval; exact: boolean }[] {
  const outputs = layer.outputShape[2];
  const { accumulatorType: type, weights, weightType, bias, biasType } = layer;
  return Array.from({ length: outputs }, (_, output) => {
    const start = intervalOfValue(bias.values[output]!, fractionBits(biasType));
    let exact = fitsType(start, type);
    let sum = castInterval(start, type);
    for (let i = 0; i * outputs < weights.values.length; i += 1) {
      const weight = weights.values[i * outputs + output]!;
      if (weight === 0) continue;
      const factor = intervalOfValue(weight, fractionBits(weightType));
      const next = addIntervals(sum, multiplyIntervals(factor, inputs[i % inputs.length]!));
      exact &&= fitsType(next, type);
      sum = castInterval(next, type);
    }
    return { sum, exact };
  });
}

function weightedIntervals(
  layer: IntegerConv2d | IntegerDense,
  inputs: readonly Interval[],
): LayerIntervals {
  const { accumulatorType: type, activation, resultType } = layer;
  const exactSums = sumIntervals({
    inputs,
    weights: layer.weights.values,
    weightType: layer.weightType,
    bias: layer.bias.values,
    biasType: layer.biasType,
  });
  let accumulator: readonly Interval[];
  let exact: boolean;
  if (type.overflow === "WRAP" && exactSums.every((sum) => sum.fraction <= fractionBits(type))) {
    // Wrapping is arithmetic modulo a power of two: only the final sum has to be looked at.
    accumulator = exactSums.map((sum) => castInterval(sum, type));
    exact = exactSums.every((sum) => fitsType(sum, type));
  } else {
    const steps = stepIntervals(layer, inputs);
    accumulator = steps.map(({ sum }) => sum);
    exact = steps.every((step) => step.exact);
  }
  const activated = activation === "relu" ? accumulator.map(reluInterval) : accumulator;
  return { accumulator, exact, result: activated.map((sum) => castInterval(sum, resultType)) };
}

/** Activation, then the cast to the result type. */
function activateAndGive(
  { activation }: IntegerActivation | IntegerScale,
  give: (interval: Interval) => Interval,
): (interval: Interval) => Interval {
  return activation === "relu" ? (interval) => give(reluInterval(interval)) : give;
}

/**
 * What one layer's numbers can be when its input channels lie in `inputs`.
 *
 * @throws CnntargzError `contract` when `inputs` does not go with the layer.
 */
export function layerIntervals(layer: IntegerLayer, inputs: readonly Interval[]): LayerIntervals {
  const give = (interval: Interval): Interval => castInterval(interval, layer.resultType);
  switch (layer.kind) {
    case "conv2d": {
      const { top, bottom, left, right } = layer.pads;
      const padded = top + bottom + left + right > 0;
      const zero = (input: Interval): Interval =>
        hullIntervals(input, intervalOfValue(0n, input.fraction));
      return weightedIntervals(layer, padded ? inputs.map(zero) : inputs);
    }
    case "dense":
      return weightedIntervals(layer, inputs);
    case "averagePool2d": {
      const count = layer.poolSize[0] * layer.poolSize[1];
      const factor = intervalOfValue(count, 0);
      const accumulator = inputs.map((input) => multiplyIntervals(input, factor));
      return {
        accumulator,
        exact: accumulator.every((sum) => fitsType(sum, layer.accumulatorType)),
        result: accumulator.map((sum) =>
          castQuotientInterval(sum, BigInt(count), layer.resultType),
        ),
      };
    }
    case "maxPool2d":
      return { accumulator: null, exact: true, result: inputs.map(give) };
    case "activation":
      return { accumulator: null, exact: true, result: inputs.map(activateAndGive(layer, give)) };
    case "scale": {
      const scaled = inputs.map((input, channel) => {
        const scale = intervalOfValue(layer.scale.values[channel]!, fractionBits(layer.scaleType));
        const bias = intervalOfValue(layer.bias.values[channel]!, fractionBits(layer.biasType));
        return addIntervals(multiplyIntervals(scale, input), bias);
      });
      return { accumulator: null, exact: true, result: scaled.map(activateAndGive(layer, give)) };
    }
    case "flatten": {
      const pixels = layer.inputShape[0] * layer.inputShape[1];
      const result = inputs.map(give);
      return {
        accumulator: null,
        exact: true,
        result: Array(pixels).fill(result).flat() as Interval[],
      };
    }
  }
}

/**
 * What every layer's numbers can be, by layer name, over all images of the input type: sound for
 * every image, and as tight as intervals per channel can be.
 *
 * @throws CnntargzError `contract` when the network is not valid.
 */
export function networkIntervals(network: IntegerNetwork): Map<string, LayerIntervals> {
  validateNetwork(network);
  const intervals = new Map<string, LayerIntervals>();
  let inputs: readonly Interval[] = Array.from({ length: network.inputShape[2] }, () =>
    intervalOfType(network.inputType),
  );
  for (const layer of network.layers) {
    const step = layerIntervals(layer, inputs);
    intervals.set(layer.name, step);
    inputs = step.result;
  }
  return intervals;
}
