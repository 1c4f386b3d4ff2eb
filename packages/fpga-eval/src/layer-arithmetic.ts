import type { FixedPointType, HlsPlan, IntegerNetwork } from "@cnntargz/contracts";

import { activationCosts, activationDelayNs } from "./activation.js";
import { RULES } from "./coefficients.js";
import { cyclesOf, treeLevels } from "./delay.js";
import { FITTED } from "./fitted-coefficients.js";
import { type Kernel, reachesDsp } from "./kernel.js";
import { kernelStatistics } from "./kernel-statistics.js";
import { type Cost, exactly, within } from "./layer-cost.js";
import { priceKernel } from "./price-kernel.js";
import {
  type ActivationPlanLayer,
  type FlowingPlanLayer,
  type MultiplyingPlanLayer,
  type PoolingPlanLayer,
  type ScalePlanLayer,
  scalesOf,
  weightsOf,
} from "./read-plan.js";
import { bitsOfValues, lastWeights } from "./weight-bits.js";

/** The arithmetic of a layer for one output position: what it costs and how many cycles it computes. */
export interface LayerArithmetic {
  readonly costs: readonly Cost[];
  readonly computeCycles: number;
}

/** A matrix-vector product from its real weights, with its fused activation. */
function multiplying(
  plan: HlsPlan,
  layer: MultiplyingPlanLayer,
  network: IntegerNetwork,
): LayerArithmetic {
  const matrix = weightsOf(plan, layer, network);
  const { inputs, outputs, reuseFactor, inputType, weightType, accumulatorType } = layer;
  const last = lastWeights(matrix.values, inputs, outputs, reuseFactor);
  const kernel: Kernel = {
    inputs,
    outputs,
    strategy: layer.strategy,
    reuseFactor,
    inputType,
    weightType,
    accumulatorType,
    statistics: kernelStatistics(matrix, inputType.width, reachesDsp(inputType, weightType)),
    lastWeightBits: bitsOfValues(last, weightType),
  };
  const { costs, computeCycles } = priceKernel(
    kernel,
    plan.config,
    activationDelayNs(layer.activation, layer.resultType),
  );
  return {
    costs: [...costs, ...activationCosts(layer.activation, accumulatorType, layer)],
    computeCycles,
  };
}

/** Comparators or adders of a pooling window, one set per channel. */
function pooling(plan: HlsPlan, layer: PoolingPlanLayer): LayerArithmetic {
  const window = layer.poolSize[0] * layer.poolSize[1];
  const operations = (window - 1) * layer.outputShape[2];
  const isMax = layer.kind === "maxPool2d";
  const bits = isMax ? layer.inputType.width : (layer.accumulatorType ?? layer.inputType).width;
  const { delaysNs, pooling: fitted, unrolled } = FITTED;
  const lut = isMax
    ? within("lut", fitted.lutPerMaximumBit * operations * bits, fitted.lutFactor90)
    : within("lut", unrolled.lutPerAccumulatedBit * operations * bits, RULES.otherProjectsFactor);
  const level = isMax ? delaysNs.maximum : delaysNs.addition;
  return {
    costs: [lut, exactly("ff", layer.outputShape[2] * layer.resultType.width)],
    computeCycles: cyclesOf(treeLevels(window) * level, plan.config),
  };
}

/** A factor and an offset per channel: a product by a constant each, and one addition. */
function scaling(plan: HlsPlan, layer: ScalePlanLayer, network: IntegerNetwork): LayerArithmetic {
  const { scale, bias } = scalesOf(plan, layer, network);
  const { inputType, scaleType, biasType, resultType, activation } = layer;
  const channels = layer.outputShape[2];
  const productBits = inputType.width + scaleType.width;
  const sumType: FixedPointType = {
    ...resultType,
    signed: true,
    width: Math.min(128, Math.max(productBits, biasType.width) + 1),
  };
  const matrix = { inputs: channels, outputs: 1, values: scale, bias };
  const statistics = kernelStatistics(matrix, inputType.width, reachesDsp(inputType, scaleType));
  const { costs, computeCycles } = priceKernel(
    {
      inputs: channels,
      outputs: 1,
      strategy: "latency",
      reuseFactor: 1,
      inputType,
      weightType: scaleType,
      accumulatorType: sumType,
      // Channels are not added up: each product meets its own offset.
      statistics: { ...statistics, maxTerms: 2 },
      lastWeightBits: scaleType.width,
    },
    plan.config,
    activationDelayNs(activation, resultType),
  );
  return { costs: [...costs, ...activationCosts(activation, sumType, layer)], computeCycles };
}

function activating(plan: HlsPlan, layer: ActivationPlanLayer): LayerArithmetic {
  return {
    costs: activationCosts(layer.activation, layer.inputType, layer),
    computeCycles: cyclesOf(activationDelayNs(layer.activation, layer.resultType), plan.config),
  };
}

/**
 * Price what `layer` does for one output position, from its real constants.
 *
 * @throws CnntargzError `contract` when plan and network do not belong together.
 */
export function arithmeticOf(
  plan: HlsPlan,
  layer: FlowingPlanLayer,
  network: IntegerNetwork,
): LayerArithmetic {
  switch (layer.kind) {
    case "conv2d":
    case "dense":
      return multiplying(plan, layer, network);
    case "maxPool2d":
    case "averagePool2d":
      return pooling(plan, layer);
    case "scale":
      return scaling(plan, layer, network);
    case "activation":
      return activating(plan, layer);
    case "zeroPad2d":
      return { costs: [], computeCycles: 0 };
  }
}
