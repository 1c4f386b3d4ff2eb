import { power } from "@cnntargz/contracts";

import { readOnlyMemory } from "./block-ram.js";
import { RULES, type SharedCoefficients } from "./coefficients.js";
import { cyclesOf, type KernelClock, treeLevels } from "./delay.js";
import { FITTED } from "./fitted-coefficients.js";
import { bandFor, dspOfProduct, type Kernel, type KernelPrice, operandBits } from "./kernel.js";
import { type BandFactors, type Cost, exactly, inBand } from "./layer-cost.js";
import { wideProductCosts } from "./wide-product.js";

/** How hls4ml's `resource` kernel folds a product, read off its source. */
export interface Folding {
  /** Multipliers, each of which serves `reuseFactor` weights. */
  readonly multipliers: number;
  /** Those of them that HLS puts into DSP blocks. */
  readonly inDsp: number;
  /** Those that may be there: inputs below eight bits were never reported. */
  readonly mayBeInDsp: number;
  /** Outputs that one multiplier works for in turn; at most 1 while the factor does not exceed the inputs. */
  readonly outputsPerMultiplier: number;
  /** Accumulators that a multiplier chooses from: 1 (wired), 2, or all outputs up to a power of two. */
  readonly accumulatorChoice: number;
  /** Bits of one word of the weight memory. */
  readonly wordBits: number;
}

/** The folding of a `resource` kernel with a reuse factor above 1. */
export function foldingOf(kernel: Kernel): Folding {
  const { inputs, outputs, reuseFactor, inputType, weightType, lastWeightBits } = kernel;
  const multipliers = Math.ceil((inputs * outputs) / reuseFactor);
  const outputsPerMultiplier = reuseFactor / inputs;
  const wide = RULES.sharedDspWeightBits;
  const wideWeights = weightType.width < wide ? 0 : multipliers - (lastWeightBits < wide ? 1 : 0);
  const inputBits = operandBits(inputType);
  let accumulatorChoice = 1;
  if (outputsPerMultiplier === 2) accumulatorChoice = 2;
  if (outputsPerMultiplier > 2) accumulatorChoice = 2 ** Math.ceil(Math.log2(outputs));
  return {
    multipliers,
    inDsp: inputBits >= RULES.dspOperandBits ? wideWeights : 0,
    mayBeInDsp: inputBits >= wide ? wideWeights : 0,
    outputsPerMultiplier,
    accumulatorChoice,
    wordBits: (multipliers - 1) * weightType.width + lastWeightBits,
  };
}

/** Accumulator bits; a single multiplier keeps them twice. */
function accumulatorBits({ outputs, accumulatorType }: Kernel, { multipliers }: Folding): number {
  return outputs * accumulatorType.width * (multipliers === 1 ? 2 : 1);
}

/** [1, input bits, accumulator bits, products outside DSP blocks]: what LUTs besides the accumulators' choice are linear in. */
export function sharedLutFeatures(
  kernel: Kernel,
  folding: Folding,
): readonly [number, number, number, number] {
  // Reports begin at 32 inputs; a multiplier wired to its accumulator needs none of this.
  const constant = folding.accumulatorChoice > 1 ? Math.min(1, kernel.inputs / 32) : 0;
  return [
    constant,
    kernel.inputs * kernel.inputType.width,
    accumulatorBits(kernel, folding),
    folding.multipliers - folding.inDsp,
  ];
}

/** [1, accumulator bits, bits registered between memory, multiplier and accumulator]: what flip-flops are linear in. */
export function sharedFfFeatures(
  kernel: Kernel,
  folding: Folding,
): readonly [number, number, number] {
  const { accumulatorChoice, inDsp, multipliers, wordBits } = folding;
  let registered: number;
  if (accumulatorChoice === 2) {
    // Fast enough to take one cycle without DSP blocks; with them the weights wait.
    registered = inDsp > 0 ? wordBits : 0;
  } else {
    registered = inDsp > 0 ? multipliers * kernel.accumulatorType.width : wordBits;
  }
  return [1, accumulatorBits(kernel, folding), registered];
}

/** LUTs of one multiplier that chooses from `choice` accumulators of 16 bits: on a power law between the sizes in `table`. */
export function lutPerMultiplier(
  choice: number,
  table: SharedCoefficients["lutPerMultiplier"],
): number {
  const first = table[0]!;
  if (choice <= first[0]) return first[1];
  const found = table.findIndex(([size]) => size >= choice);
  const upper = found === -1 ? table.length - 1 : found;
  const [[x0, y0], [x1, y1]] = [table[upper - 1]!, table[upper]!];
  return y0 * power(choice / x0, Math.log(y1 / y0) / Math.log(x1 / x0));
}

/** LUTs of a `resource` kernel that reuses its multipliers, without memories in LUTs. */
export function sharedLut(
  kernel: Kernel,
  folding: Folding,
  { lut, lutPerMultiplier: table }: SharedCoefficients,
): number {
  const [one, inputBits, outputBits, lutProducts] = sharedLutFeatures(kernel, folding);
  return (
    lut.constant * one +
    lut.perInputBit * inputBits +
    lut.perAccumulatorBit * outputBits +
    lut.perLutProduct * lutProducts +
    (lutPerMultiplier(folding.accumulatorChoice, table) *
      folding.multipliers *
      kernel.accumulatorType.width) /
      16
  );
}

/** Flip-flops of a `resource` kernel that reuses its multipliers. */
export function sharedFf(kernel: Kernel, folding: Folding, { ff }: SharedCoefficients): number {
  const [one, accumulators, registered] = sharedFfFeatures(kernel, folding);
  return ff.constant * one + ff.perAccumulatorBit * accumulators + ff.perRegisteredBit * registered;
}

/**
 * Price hls4ml's `resource` kernel with a reuse factor above 1: multipliers that take their weights
 * from memory, a choice among accumulators, and one pass over the memory per vector.
 *
 * The dense reports all have a reuse factor of twice the inputs or more; smaller ones follow the same
 * structure, with a band of a factor of two.
 */
export function priceShared(
  kernel: Kernel,
  clock: KernelClock,
  extraDelayNs: number,
  coefficients: SharedCoefficients = FITTED.shared,
): KernelPrice {
  const folding = foldingOf(kernel);
  const { inputs, reuseFactor } = kernel;
  const { outputsPerMultiplier, accumulatorChoice, inDsp, wordBits } = folding;
  const perProduct = dspOfProduct(kernel);
  const memory = readOnlyMemory(reuseFactor, wordBits);
  // Which output a multiplier works for; of two, a bit of the counter says it.
  const choice =
    outputsPerMultiplier > 2
      ? readOnlyMemory(reuseFactor, Math.ceil(Math.log2(outputsPerMultiplier)))
      : { lut: 0, bram18: 0 };
  const single = RULES.singleSourceFactor90;
  const band = (measured: BandFactors, elsewhere: number) =>
    accumulatorChoice > 1
      ? bandFor(kernel, clock, measured, elsewhere)
      : ([1 / single, single] as const);

  // Several multipliers per output are added up in a tree.
  const treeNs = treeLevels(Math.max(1, inputs / reuseFactor)) * FITTED.delaysNs.addition;
  const isOneStage = accumulatorChoice === 2 && inDsp === 0;
  const costs: Cost[] = [
    inBand(
      "lut",
      sharedLut(kernel, folding, coefficients) + memory.lut + choice.lut,
      band(coefficients.lutBand, RULES.otherProjectsFactor),
    ),
    inBand("ff", sharedFf(kernel, folding, coefficients), band(coefficients.ffBand, single)),
    {
      resource: "dsp",
      value: perProduct * inDsp,
      band: [perProduct * inDsp, perProduct * folding.mayBeInDsp],
    },
    exactly("bram18", memory.bram18 + choice.bram18),
  ];
  if (perProduct > 1) costs.push(...wideProductCosts(kernel, true, inDsp));
  return {
    costs,
    computeCycles: reuseFactor + (isOneStage ? 0 : 1) + cyclesOf(treeNs + extraDelayNs, clock),
    intervalCycles: reuseFactor,
  };
}
