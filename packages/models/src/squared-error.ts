import type { Batch, BatchSource } from "@cnntargz/contracts";

import { indexRange } from "./batch-tensors.js";

/**
 * Squared errors of each example of a batch, in double precision:
 * `(pT - pT^)^2 + etaWeight * hasEta * (eta - eta^)^2`. Background has no eta, so its eta term is
 * left out.
 */
export function squaredErrors(
  predictions: ArrayLike<number>,
  batch: Batch,
  etaWeight: number,
): Float64Array {
  const errors = new Float64Array(batch.count);
  for (let i = 0; i < batch.count; i++) {
    const pt = predictions[2 * i]! - batch.targets[2 * i]!;
    const eta = predictions[2 * i + 1]! - batch.targets[2 * i + 1]!;
    errors[i] = pt * pt + (batch.hasEta[i] === 1 ? etaWeight * eta * eta : 0);
  }
  return errors;
}

/** The sum of {@link squaredErrors} over a batch. */
export function sumOfSquaredErrors(
  predictions: ArrayLike<number>,
  batch: Batch,
  etaWeight: number,
): number {
  return squaredErrors(predictions, batch, etaWeight).reduce((sum, error) => sum + error, 0);
}

/**
 * Mean loss of the best constant predictor, which is the variance of the pT targets plus `etaWeight`
 * times the variance of the muons' eta targets, scaled by the fraction of muons. No network whose
 * output does not depend on the image gets below it.
 */
export function constantLoss(source: BatchSource, etaWeight: number, batchSize: number): number {
  const pt = new Float64Array(source.count);
  const eta: number[] = [];
  for (let first = 0; first < source.count; first += batchSize) {
    const batch = source.batch(indexRange(first, batchSize, source.count));
    for (let i = 0; i < batch.count; i++) {
      pt[first + i] = batch.targets[2 * i]!;
      if (batch.hasEta[i] === 1) eta.push(batch.targets[2 * i + 1]!);
    }
  }
  return (squaredDeviation(pt) + etaWeight * squaredDeviation(eta)) / source.count;
}

/** Sum of squared deviations from the mean; 0 for no values. */
function squaredDeviation(values: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - mean) ** 2;
  return sum;
}
