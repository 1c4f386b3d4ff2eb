import type { FixedPointType, HlsPlan, IntegerNetwork } from "@cnntargz/contracts";

import { RULES } from "./coefficients.js";
import { additionsPerCycle, cyclesOf, treeLevels } from "./delay.js";
import { dspPerProduct, multiplierLimit } from "./dsp.js";
import { FITTED } from "./fitted-coefficients.js";
import { kernelStatistics, type KernelStatistics } from "./kernel-statistics.js";
import { type Cost, exactly, within } from "./layer-cost.js";
import { cutTerms } from "./pipeline.js";
import { type MultiplyingPlanLayer, weightsOf } from "./read-plan.js";

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

const hasActivationLogic = (layer: MultiplyingPlanLayer) => activationDelayNs(layer) > 0;

function operandBits(type: FixedPointType): number {
  return type.width + (type.signed ? 0 : 1);
}

/** LUTs, flip-flops and cycles of a fully unrolled kernel, products by constant weights. */
function unrolled(
  plan: HlsPlan,
  layer: MultiplyingPlanLayer,
  statistics: KernelStatistics,
  usesDsp: boolean,
): KernelEstimate {
  const { kernels, delaysNs } = FITTED;
  const accumulatorBits = layer.accumulatorType.width;
  const productDelayNs = usesDsp
    ? delaysNs.dspProduct
    : statistics.multiplierLevels * delaysNs.addition;
  const treeDelayNs = treeLevels(statistics.maxTerms) * delaysNs.addition;
  const computeCycles = cyclesOf(
    productDelayNs + treeDelayNs + activationDelayNs(layer),
    plan.config,
  );
  const crossing = statistics.terms.reduce(
    (sum, terms) =>
      sum +
      cutTerms({
        terms,
        multiplierLevels: statistics.multiplierLevels,
        levelsPerCycle: additionsPerCycle(plan.config),
        cuts: computeCycles - 1,
      }),
    0,
  );
  const lut =
    kernels.lutPerMultiplierAdderBit * statistics.multiplierAdderBits +
    kernels.lutPerAccumulatedBit * statistics.nonZero * accumulatorBits +
    kernels.lutPerDsp * statistics.dspProducts;
  const ff =
    kernels.ffPerCutBit * crossing * accumulatorBits + kernels.ffPerDsp * statistics.dspProducts;
  return {
    costs: [
      within("lut", lut, Math.max(kernels.lutFactor90, RULES.otherProjectsFactor)),
      within("ff", ff, kernels.ffFactor90),
    ],
    computeCycles,
  };
}

/**
 * LUTs and flip-flops of a kernel that shares multipliers. The reports behind it have multipliers
 * that serve three or more outputs; elsewhere the unrolled kernel bounds it from above.
 */
function shared(layer: MultiplyingPlanLayer, bound: KernelEstimate): readonly Cost[] {
  const { shared: fit } = FITTED;
  const bits = layer.accumulatorType.width;
  const multipliers = Math.ceil((layer.inputs * layer.outputs) / layer.reuseFactor);
  const ofMultipliers = fit.lutPerMultiplierBit * multipliers * bits;
  const upper = bound.costs.find(({ resource }) => resource === "lut")!.value;
  const ff = within("ff", fit.ffPerOutputBit * layer.outputs * bits, fit.ffFactor90);
  if (layer.reuseFactor >= 3 * layer.inputs || ofMultipliers <= upper) {
    return [within("lut", ofMultipliers, fit.lutFactor90), ff];
  }
  return [{ resource: "lut", value: upper, band: [upper / 10, upper * fit.lutFactor90] }, ff];
}

/** Block RAM of the weights of a kernel that shares multipliers: 36 bits wide to depth 512, else 18. */
function weightBram18(layer: MultiplyingPlanLayer): number {
  const depth = layer.reuseFactor;
  const bits = Math.ceil((layer.inputs * layer.outputs) / depth) * layer.weightType.width;
  if (depth * bits <= 512 || depth <= 16) return 0;
  return depth <= 512 ? Math.ceil(bits / 36) : Math.ceil(bits / 18) * Math.ceil(depth / 1024);
}

/**
 * Price the matrix-vector product of a conv2d or dense layer from its real weights.
 *
 * Laws: DSP = min(sum over inputs of distinct weights with three or more signed digits, multiplier
 * limit) for operands of at least 8 bits (an upper bound for narrower ones, which the band shows);
 * LUT = a sum (digits - 1)(input + weight bits) + b nonZero accumulatorBits + c DSP.
 *
 * @throws CnntargzError `contract` when plan and network do not belong together.
 */
export function estimateKernel(
  plan: HlsPlan,
  layer: MultiplyingPlanLayer,
  network: IntegerNetwork,
): KernelEstimate {
  const matrix = weightsOf(plan, layer, network);
  const inputBits = operandBits(layer.inputType);
  const weightBits = layer.weightType.width;
  const wide = Math.min(inputBits, weightBits) >= RULES.dspOperandBits;
  const statistics = kernelStatistics(matrix, layer.inputType.width, wide);
  const upper = wide ? statistics : kernelStatistics(matrix, layer.inputType.width, true);
  const perProduct = dspPerProduct(inputBits, weightBits, layer.accumulatorType.width);
  const limit = multiplierLimit(layer.inputs, layer.outputs, statistics.nonZero, layer.reuseFactor);
  const isShared = layer.strategy === "resource" && layer.reuseFactor > 1;
  const constants = (products: number) => perProduct * Math.min(products, limit);
  const dsp = isShared ? perProduct * (wide ? limit : 0) : constants(statistics.dspProducts);
  const dspHigh = isShared ? perProduct * limit : constants(upper.dspProducts);

  const kernel = unrolled(plan, layer, statistics, dsp > 0);
  const costs: Cost[] = [...(isShared ? shared(layer, kernel) : kernel.costs)];
  costs.push({ resource: "dsp", value: dsp, band: [dsp, dspHigh] });
  if (isShared) costs.push(within("bram18", weightBram18(layer), 1.25));
  if (hasActivationLogic(layer)) {
    const activationBits = layer.outputs * layer.accumulatorType.width;
    costs.push(
      within("lut", RULES.activationLutPerBit * activationBits, RULES.singleSourceFactor90),
    );
  }
  costs.push(exactly("ff", layer.outputs * layer.resultType.width));
  return { costs, computeCycles: kernel.computeCycles + (isShared ? layer.reuseFactor : 0) };
}
