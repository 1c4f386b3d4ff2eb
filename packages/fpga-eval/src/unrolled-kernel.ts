import { RULES, type UnrolledCoefficients, WIDE_PRODUCT } from "./coefficients.js";
import { additionsPerCycle, cyclesOf, type KernelClock, treeLevels } from "./delay.js";
import { multiplierLimit } from "./dsp.js";
import { FITTED } from "./fitted-coefficients.js";
import { bandFor, dspOfProduct, type Kernel, type KernelPrice, operandBits } from "./kernel.js";
import { type Cost, inBand } from "./layer-cost.js";
import { wideProductCosts } from "./wide-product.js";

/** How an unrolled kernel uses its DSP blocks; the flip-flops and LUTs beside them depend on it. */
export type UnrolledStyle = "latency" | "latencyShared" | "resource";

/** `latency` shares DSP blocks, if it has any, at a reuse factor; `resource` chains them. */
export function unrolledStyle({ strategy, reuseFactor, statistics }: Kernel): UnrolledStyle {
  if (strategy === "resource") return "resource";
  return reuseFactor > 1 && statistics.dspProducts > 0 ? "latencyShared" : "latency";
}

/** LUTs of an unrolled kernel, but for those of products that take several DSP blocks. */
export function unrolledLut(kernel: Kernel, coefficients: UnrolledCoefficients): number {
  const { multiplierAdderBits, nonZero, dspProducts } = kernel.statistics;
  const perDsp = dspOfProduct(kernel) > 1 ? 0 : coefficients.lutPerDsp[unrolledStyle(kernel)];
  return (
    coefficients.lutPerMultiplierAdderBit * multiplierAdderBits +
    coefficients.lutPerAccumulatedBit * nonZero * kernel.accumulatorType.width +
    perDsp * dspProducts
  );
}

/** How the cycles of an unrolled kernel are spent. */
export interface UnrolledCycles {
  /** Cycles of products in pipelined DSP blocks, which end with a register; 0 when they take none of their own. */
  readonly product: number;
  /** Cycles of everything that is chained after that. */
  readonly chained: number;
}

/**
 * Bits that cross the register cuts of the adder trees. A level of a tree halves the terms; a term
 * that came `levels` late has been halved as many times less, and none counts more than once. Behind
 * pipelined DSP blocks the trees start anew from the products.
 */
function cutBits(
  kernel: Kernel,
  clock: KernelClock,
  cycles: UnrolledCycles,
  { lateLevels, dspLevels }: Pick<UnrolledCoefficients, "lateLevels" | "dspLevels">,
): number {
  const { lutTerms, dspTerms, nonZero, lutProducts, dspProducts } = kernel.statistics;
  const productBits = operandBits(kernel.inputType) + operandBits(kernel.weightType);
  const width = (levels: number) =>
    Math.min(kernel.accumulatorType.width, productBits + Math.ceil(levels));
  const isAnew = cycles.product > 0;
  let bits = isAnew ? (lutProducts + dspProducts) * width(0) : 0;
  const terms = isAnew ? nonZero : lutTerms + 2 ** dspLevels * dspTerms;
  for (let cut = 1; cut < cycles.chained; cut++) {
    const levels = Math.max(0, cut * additionsPerCycle(clock) - (isAnew ? 0 : lateLevels));
    bits += Math.min(nonZero, terms * 2 ** -levels) * width(levels);
  }
  return bits;
}

/** How many of `products` in DSP blocks work at once: at most hls4ml's multiplier limit. */
function parallelProducts(kernel: Kernel, products: number): number {
  const { inputs, outputs, statistics, reuseFactor, strategy } = kernel;
  const limit = multiplierLimit(inputs, outputs, statistics.nonZero, reuseFactor);
  const isExtra = strategy === "latency" && reuseFactor >= RULES.extraMultiplierFrom;
  return Math.min(products, limit + (isExtra ? 1 : 0));
}

/** Standard deviations to either side that hold nine of ten. */
const DEVIATIONS_90 = 1.645;

/**
 * DSP blocks by law, which is an upper bound below eight bits; a few short products may stay in LUTs,
 * and unknown weights scatter.
 */
function dspCost(kernel: Kernel): Cost {
  const { dspProducts, longProducts, narrowLongProducts, longDeviation } = kernel.statistics;
  const perProduct = dspOfProduct(kernel);
  const scatter = DEVIATIONS_90 * longDeviation;
  const surely = Math.max(0, dspProducts - narrowLongProducts - scatter);
  return {
    resource: "dsp",
    value: perProduct * parallelProducts(kernel, dspProducts),
    band: [
      perProduct * parallelProducts(kernel, surely),
      perProduct * parallelProducts(kernel, longProducts + scatter),
    ],
  };
}

/** Nanoseconds of the longest product by a constant. */
function productDelayNs(kernel: Kernel): number {
  const { delaysNs } = FITTED;
  const { dspProducts, multiplierLevels } = kernel.statistics;
  if (dspProducts === 0) return multiplierLevels * delaysNs.addition;
  return dspOfProduct(kernel) > 1 ? WIDE_PRODUCT.delayNs : delaysNs.dspProduct;
}

/**
 * Cycles from the inputs to the results when every product has its own hardware. A product that takes
 * more than one comes from a pipelined DSP block, whose last register ends a cycle.
 */
function unrolledCycles(kernel: Kernel, clock: KernelClock, extraDelayNs: number): UnrolledCycles {
  const productNs = productDelayNs(kernel);
  const treeNs = treeLevels(kernel.statistics.maxTerms) * FITTED.delaysNs.addition + extraDelayNs;
  const product = cyclesOf(productNs, clock);
  return kernel.statistics.dspProducts > 0 && product > 1
    ? { product, chained: cyclesOf(treeNs, clock) }
    : { product: 0, chained: cyclesOf(productNs + treeNs, clock) };
}

/** Cycles more that one kernel's products take when they share `units` DSP blocks. */
function sharingCycles({ reuseFactor, statistics }: Kernel, units: number, pipelined: number) {
  if (reuseFactor === 1 || pipelined === 1) return 0;
  return units === 0 ? 1 : Math.ceil(statistics.dspProducts / units);
}

/** Flip-flops of an unrolled kernel, without registers of its ports. */
export function unrolledFf(
  kernel: Kernel,
  clock: KernelClock,
  cycles: UnrolledCycles,
  coefficients: UnrolledCoefficients,
): number {
  const { ff } = coefficients;
  const { accumulatorType, statistics } = kernel;
  const bits = accumulatorType.width;
  switch (unrolledStyle(kernel)) {
    case "latency":
      return cutBits(kernel, clock, cycles, coefficients);
    case "latencyShared":
      return (
        bits *
        (ff.perSharedLutProduct * statistics.lutProducts +
          ff.perSharedDspProduct * statistics.dspProducts)
      );
    case "resource": {
      const inLuts = { ...statistics, dspTerms: 0, dspProducts: 0 };
      return (
        cutBits({ ...kernel, statistics: inLuts }, clock, cycles, coefficients) +
        bits * ff.perChainedDspTerm * statistics.dspTerms
      );
    }
  }
}

/**
 * Price a kernel whose weights are constants in its logic: `latency`, and `resource` without reuse.
 *
 * DSP = min(sum over inputs of distinct weights with three or more signed digits, multiplier limit)
 * for operands of at least 8 bits; LUT = a sum (digits - 1)(input + weight bits) + b nonZero
 * accumulatorBits + c DSP; flip-flops: see `cutBits`.
 *
 * @param extraDelayNs logic after the adder tree, such as an activation
 */
export function priceUnrolled(
  kernel: Kernel,
  clock: KernelClock,
  extraDelayNs: number,
  coefficients: UnrolledCoefficients = FITTED.unrolled,
): KernelPrice {
  const { reuseFactor, strategy } = kernel;
  const units = parallelProducts(kernel, kernel.statistics.dspProducts);
  const cycles = unrolledCycles(kernel, clock, extraDelayNs);
  const pipelined = cycles.product + cycles.chained;
  const computeCycles = pipelined + sharingCycles(kernel, units, pipelined);
  const costs: Cost[] = [
    inBand(
      "lut",
      unrolledLut(kernel, coefficients),
      bandFor(kernel, clock, coefficients.lutBand, RULES.otherProjectsFactor),
    ),
    inBand(
      "ff",
      unrolledFf(kernel, clock, cycles, coefficients),
      bandFor(kernel, clock, coefficients.ffBand, RULES.singleSourceFactor90),
    ),
    dspCost(kernel),
  ];
  if (dspOfProduct(kernel) > 1) costs.push(...wideProductCosts(kernel, pipelined > 1, units));
  const isPipelined = strategy === "latency" && reuseFactor === 1;
  return { costs, computeCycles, intervalCycles: isPipelined ? 1 : computeCycles };
}
