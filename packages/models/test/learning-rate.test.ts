import { floatLayers, loadBackend, trainModel } from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import { expect, it } from "vitest";

import { studentRequest } from "./requests.js";

it("falls along half a cosine", async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
  const request = studentRequest();
  const config = {
    ...request.config,
    epochs: 4,
    learningRate: 8e-3,
    finalLearningRateFraction: 0.25,
  };
  const { metrics } = await trainModel(
    { ...request, config, layerFactory: floatLayers },
    { rng: createRng([3, 3]) },
  );
  const rates = metrics.epochs.map(({ learningRate }) => learningRate);
  // 2e-3 + 6e-3 * (1 + cos(pi e / 4)) / 2
  expect(rates[0]).toBeCloseTo(8e-3, 10);
  expect(rates[1]).toBeCloseTo(7.12132e-3, 8);
  expect(rates[2]).toBeCloseTo(5e-3, 10);
  expect(rates[3]).toBeCloseTo(2.87868e-3, 8);
});
