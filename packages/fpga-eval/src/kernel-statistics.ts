import { type FixedPointType, power } from "@cnntargz/contracts";

import { canonicalDigitCount, oddBitLength } from "./canonical-digits.js";
import type { WeightMatrix } from "./read-plan.js";
import { expectedCodes } from "./weight-distribution.js";

/** What the weights of one matrix-vector product say about the circuit that computes it. */
export interface KernelStatistics {
  readonly nonZero: number;
  /**
   * Sum over inputs and their distinct weights that stay in LUTs of
   * `(digits - 1) * (inputBits + bits of the weight)`: bits of adders in constant multipliers.
   */
  readonly multiplierAdderBits: number;
  /** Distinct products per input that stay in LUTs. */
  readonly lutProducts: number;
  /** Distinct products per input with three or more digits, which HLS gives to DSP blocks if they are wide enough. */
  readonly longProducts: number;
  /** Those of `longProducts` by 11 or 13, which fit four bits: Vivado HLS leaves them in LUTs. */
  readonly narrowLongProducts: number;
  /** Standard deviation of `longProducts`: 0 for known weights. */
  readonly longDeviation: number;
  /** The `longProducts` that go to DSP blocks: all or none. */
  readonly dspProducts: number;
  /** Non-zero weights in LUTs, each counted `2^(additions in a row in its multiplier)` times. */
  readonly lutTerms: number;
  /** Non-zero weights whose products come from DSP blocks. */
  readonly dspTerms: number;
  /** Most additions or negations in a row in one constant multiplier outside DSP blocks. */
  readonly multiplierLevels: number;
  /** Most terms, products and bias, that one output adds up. */
  readonly maxTerms: number;
}

/** Weights of one value: how many there are, and how many different products with inputs they make. */
interface Uses {
  readonly code: number;
  readonly terms: number;
  readonly distinct: number;
}

/** Add up the uses of every weight value, for inputs of `inputBits` bits. */
function countUses(
  uses: readonly Uses[],
  inputBits: number,
  dspCapable: boolean,
): Omit<KernelStatistics, "maxTerms" | "longDeviation"> {
  const counts = {
    nonZero: 0,
    multiplierAdderBits: 0,
    lutProducts: 0,
    longProducts: 0,
    narrowLongProducts: 0,
    dspProducts: 0,
    lutTerms: 0,
    dspTerms: 0,
    multiplierLevels: 0,
  };
  for (const { code, terms, distinct } of uses) {
    if (code === 0) continue;
    const digits = canonicalDigitCount(code);
    counts.nonZero += terms;
    if (digits >= 3) {
      counts.longProducts += distinct;
      if (code > 0 && oddBitLength(code) <= 4) counts.narrowLongProducts += distinct;
      if (dspCapable) {
        counts.dspProducts += distinct;
        counts.dspTerms += terms;
        continue;
      }
    }
    const levels = Math.ceil(Math.log2(digits));
    counts.lutProducts += distinct;
    counts.multiplierAdderBits += distinct * (digits - 1) * (inputBits + oddBitLength(code));
    counts.lutTerms += terms * 2 ** levels;
    // HLS negates: a product by -4 is not folded into a subtraction.
    counts.multiplierLevels = Math.max(counts.multiplierLevels, levels, code < 0 ? 1 : 0);
  }
  return counts;
}

/**
 * Count the products, digits and terms of `matrix` for inputs of `inputBits` bits. A power of two in
 * all weights changes nothing: it is wiring.
 *
 * @param dspCapable whether products with three or more digits go to DSP blocks
 */
export function kernelStatistics(
  matrix: WeightMatrix,
  inputBits: number,
  dspCapable: boolean,
): KernelStatistics {
  const { inputs, outputs, values, bias } = matrix;
  const uses: Uses[] = [];
  const terms = Int32Array.from(bias, (value) => (value === 0 ? 0 : 1));
  for (let i = 0; i < inputs; i++) {
    const counts = new Map<number, number>();
    for (let o = 0; o < outputs; o++) {
      const weight = values[i * outputs + o]!;
      if (weight === 0) continue;
      terms[o]! += 1;
      counts.set(weight, (counts.get(weight) ?? 0) + 1);
    }
    for (const [code, count] of counts) uses.push({ code, terms: count, distinct: 1 });
  }
  const maxTerms = terms.reduce((most, count) => Math.max(most, count), 0);
  return { ...countUses(uses, inputBits, dspCapable), maxTerms, longDeviation: 0 };
}

/**
 * Standard deviation of the number of distinct products with three or more digits. Coarse weights meet
 * each value on some inputs and not on others, fine ones hardly ever repeat: the smaller of the two
 * variances bounds it, since weights that took one value did not take another.
 */
function deviationOfLong(uses: readonly Uses[], inputs: number, outputs: number): number {
  let ofMeetings = 0;
  let share = 0;
  for (const { code, terms, distinct } of uses) {
    if (canonicalDigitCount(code) < 3) continue;
    ofMeetings += distinct * (1 - distinct / inputs);
    share += terms / (inputs * outputs);
  }
  return Math.sqrt(Math.min(ofMeetings, inputs * outputs * share * (1 - share)));
}

/** Expected counts for weights of `weightType` that nobody has trained, see `expectedCodes`. */
export function expectedStatistics(
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
  weightType: FixedPointType,
  inputBits: number,
  dspCapable: boolean,
): KernelStatistics {
  const uses = expectedCodes(weightType, inputs).map(({ code, probability }) => ({
    code,
    terms: inputs * outputs * probability,
    distinct: inputs * (1 - power(1 - probability, outputs)),
  }));
  const counts = countUses(uses, inputBits, dspCapable);
  return {
    ...counts,
    maxTerms: counts.nonZero / outputs,
    longDeviation: deviationOfLong(uses, inputs, outputs),
  };
}
