import { power, type TrainConfig } from "@cnntargz/contracts";

/** How much of the fall is left at a point of the training: 1 at its beginning, 0 at its end. */
const left: Record<"cosine" | "linear", (progress: number) => number> = {
  cosine: (progress) => (1 + Math.cos(Math.PI * progress)) / 2,
  linear: (progress) => 1 - progress,
};

/**
 * Adam's step size at a point of the training (0..1), on its way from `learningRate` to
 * `finalLearningRateFraction` of it along the curve `learningRateSchedule`.
 */
export function learningRateAt(config: TrainConfig, progress: number): number {
  const { learningRate, finalLearningRateFraction: final, learningRateSchedule } = config;
  if (learningRateSchedule === "exponential") return learningRate * power(final, progress);
  return learningRate * (final + (1 - final) * left[learningRateSchedule](progress));
}
