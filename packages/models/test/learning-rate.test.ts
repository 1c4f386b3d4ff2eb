import { type EpochMetrics, parseContract, TrainConfig } from "@cnntargz/contracts";
import { floatLayers, loadBackend, trainModel } from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import { beforeAll, expect, it } from "vitest";

import { studentRequest } from "./requests.js";

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

/** Step sizes of the four epochs of a training that falls from 8e-3 to 2e-3. */
async function rates(
  learningRateSchedule: TrainConfig["learningRateSchedule"],
): Promise<readonly number[]> {
  const config = parseContract(
    TrainConfig,
    {
      epochs: 4,
      batchSize: 32,
      learningRate: 8e-3,
      finalLearningRateFraction: 0.25,
      learningRateSchedule,
    },
    "config",
  );
  const { metrics } = await trainModel(
    { ...studentRequest(), config, layerFactory: floatLayers },
    { rng: createRng([3, 3]) },
  );
  return metrics.epochs.map(({ learningRate }: EpochMetrics) => learningRate);
}

it.each([
  // 2e-3 + 6e-3 * (1 + cos(pi e / 4)) / 2
  ["cosine", [8e-3, 7.12132e-3, 5e-3, 2.87868e-3]],
  // 8e-3 - 6e-3 * e / 4
  ["linear", [8e-3, 6.5e-3, 5e-3, 3.5e-3]],
  // 8e-3 * 0.25 ** (e / 4)
  ["exponential", [8e-3, 5.656854e-3, 4e-3, 2.828427e-3]],
] as const)("falls along the curve %s", async (schedule, wanted) => {
  const actual = (await rates(schedule)).slice(-4);
  for (const [epoch, rate] of wanted.entries()) expect(actual[epoch]).toBeCloseTo(rate, 8);
});
