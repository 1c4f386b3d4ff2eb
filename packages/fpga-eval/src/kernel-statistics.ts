import { bitLength, canonicalDigitCount } from "./canonical-digits.js";
import type { WeightMatrix } from "./read-plan.js";

/** What the weights of one matrix-vector product say about the circuit that computes it. */
export interface KernelStatistics {
  readonly nonZero: number;
  /**
   * Sum over inputs and their distinct weights that stay in LUTs of
   * `(digits - 1) * (inputBits + bits of the weight)`: bits of adders in constant multipliers.
   */
  readonly multiplierAdderBits: number;
  /** Distinct products per input with three or more digits: the ones HLS gives to DSP blocks. */
  readonly dspProducts: number;
  /** Most additions in a row in one constant multiplier outside DSP blocks. */
  readonly multiplierLevels: number;
  /** Most terms, products and bias, that one output adds up. */
  readonly maxTerms: number;
  /** The same, by output. */
  readonly terms: Int32Array;
}

/**
 * Count the products, digits and terms of `matrix` for inputs of `inputBits` bits.
 *
 * @param dspCapable whether products with three or more digits go to DSP blocks
 */
export function kernelStatistics(
  matrix: WeightMatrix,
  inputBits: number,
  dspCapable: boolean,
): KernelStatistics {
  const { inputs, outputs, values, bias } = matrix;
  const terms = Int32Array.from(bias, (value) => (value === 0 ? 0 : 1));
  let nonZero = 0;
  let multiplierAdderBits = 0;
  let dspProducts = 0;
  let maxLutDigits = 1;
  for (let i = 0; i < inputs; i++) {
    const distinct = new Set<number>();
    for (let o = 0; o < outputs; o++) {
      const weight = values[i * outputs + o]!;
      if (weight === 0) continue;
      nonZero += 1;
      terms[o]! += 1;
      distinct.add(weight);
    }
    for (const weight of distinct) {
      const digits = canonicalDigitCount(weight);
      if (dspCapable && digits >= 3) {
        dspProducts += 1;
      } else {
        multiplierAdderBits += (digits - 1) * (inputBits + bitLength(weight));
        maxLutDigits = Math.max(maxLutDigits, digits);
      }
    }
  }
  return {
    nonZero,
    multiplierAdderBits,
    dspProducts,
    multiplierLevels: Math.ceil(Math.log2(maxLutDigits)),
    maxTerms: terms.reduce((most, count) => Math.max(most, count), 0),
    terms,
  };
}
