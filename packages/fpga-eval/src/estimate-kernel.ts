import type { HlsPlan, IntegerNetwork } from "@cnntargz/contracts";

import { RULES } from "./coefficients.js";
import { FITTED } from "./fitted-coefficients.js";
import { type Kernel, reachesDsp } from "./kernel.js";
import { kernelStatistics } from "./kernel-statistics.js";
import { type Cost, exactly, within } from "./layer-cost.js";
import { priceKernel } from "./price-kernel.js";
import { type MultiplyingPlanLayer, weightsOf } from "./read-plan.js";
import { bitsOfValues, lastWeights } from "./weight-bits.js";

/** A matrix-vector product with its fused activation: what it costs and how many cycles it computes. */
export interface KernelEstimate {
  readonly costs: readonly Cost[];
  readonly computeCycles: number;
}

/** Additions and comparisons after the adder tree: rounding, then saturation and relu at once. */
function activationDelayNs(layer: MultiplyingPlanLayer): number {
  const { rounding, overflow } = layer.resultType;
  const rounds = rounding !== "TRN";
  const compares = layer.activation === "relu" || overflow !== "WRAP";
  return (rounds ? FITTED.delaysNs.addition : 0) + (compares ? FITTED.delaysNs.maximum : 0);
}

/**
 * Price the matrix-vector product of a conv2d or dense layer from its real weights, see `priceKernel`,
 * and the activation after it.
 *
 * @throws CnntargzError `contract` when plan and network do not belong together.
 */
export function estimateKernel(
  plan: HlsPlan,
  layer: MultiplyingPlanLayer,
  network: IntegerNetwork,
): KernelEstimate {
  const matrix = weightsOf(plan, layer, network);
  const { inputs, outputs, reuseFactor, inputType, weightType, accumulatorType } = layer;
  const kernel: Kernel = {
    inputs,
    outputs,
    strategy: layer.strategy,
    reuseFactor,
    inputType,
    weightType,
    accumulatorType,
    statistics: kernelStatistics(matrix, inputType.width, reachesDsp(inputType, weightType)),
    lastWeightBits: bitsOfValues(
      lastWeights(matrix.values, inputs, outputs, reuseFactor),
      weightType,
    ),
  };
  const delayNs = activationDelayNs(layer);
  const price = priceKernel(kernel, plan.config, delayNs);
  const costs: Cost[] = [...price.costs];
  if (delayNs > 0) {
    const activationBits = outputs * accumulatorType.width;
    costs.push(
      within("lut", RULES.activationLutPerBit * activationBits, RULES.singleSourceFactor90),
    );
  }
  costs.push(exactly("ff", outputs * layer.resultType.width));
  return { costs, computeCycles: price.computeCycles };
}
