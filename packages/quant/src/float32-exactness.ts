import { CnntargzError } from "@cnntargz/contracts";
import { fractionBits, type Interval } from "@cnntargz/fixed-point";

import type { IntegerWeights } from "./integer-weights.js";

/** Integers up to this are exact in float32. */
const LIMIT = 2 ** 24;

/**
 * The largest |partial sum| of bias + sum of weight * input in any order, in units of the finest bit
 * of a product or bias. `inputs`: what each input, or each input channel of a convolution, can be.
 */
function largestPartialSum(
  inputs: readonly Interval[],
  weights: IntegerWeights,
  bias: IntegerWeights,
): number {
  const inputFraction = Math.max(...inputs.map(({ fraction }) => fraction));
  const productFraction = inputFraction + fractionBits(weights.type);
  const fraction = Math.max(productFraction, fractionBits(bias.type));
  const magnitudes = inputs.map(({ min, max, fraction: own }) => {
    const largest = Number(max > -min ? max : -min);
    return largest * 2 ** (fraction - fractionBits(weights.type) - own);
  });
  const outputs = bias.values.length;
  const totals = Float64Array.from(
    bias.values,
    (value) => Math.abs(value) * 2 ** (fraction - fractionBits(bias.type)),
  );
  for (let i = 0; i < weights.values.length; i++) {
    const input = Math.floor(i / outputs) % magnitudes.length;
    totals[i % outputs]! += Math.abs(weights.values[i]!) * magnitudes[input]!;
  }
  return totals.reduce((largest, total) => Math.max(largest, total), 0);
}

/**
 * Assert that float32 arithmetic, in whatever order a backend adds, computes a layer's sums exactly.
 *
 * @throws CnntargzError `inexact` when a partial sum could pass 2^24 units.
 */
export function assertFloat32Exact(
  layer: string,
  inputs: readonly Interval[],
  weights: IntegerWeights,
  bias: IntegerWeights,
): void {
  const largest = largestPartialSum(inputs, weights, bias);
  if (largest > LIMIT) {
    throw new CnntargzError(
      "inexact",
      `layer ${layer}: a sum could reach ${largest} units of its last bit, more than the 2^24 that float32 holds exactly; use fewer bits or inputs`,
    );
  }
}
