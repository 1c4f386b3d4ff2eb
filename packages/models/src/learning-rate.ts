import type { TrainConfig } from "@cnntargz/contracts";

/**
 * Adam's step size at a point of the training (0..1): half a cosine from `learningRate` down to
 * `finalLearningRateFraction` of it.
 */
export function learningRateAt(config: TrainConfig, progress: number): number {
  const { learningRate, finalLearningRateFraction: final } = config;
  return learningRate * (final + ((1 - final) * (1 + Math.cos(Math.PI * progress))) / 2);
}
