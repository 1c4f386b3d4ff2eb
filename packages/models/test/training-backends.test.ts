import { loadBackend, trainModel } from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import { describe, expect, it } from "vitest";

import { studentRequest } from "./requests.js";

const NATIVE = { name: "tensorflow", kernels: null } as const;
const obstacle = await loadBackend(NATIVE).then(
  () => null,
  (error: unknown) => (error as Error).message,
);
const title = "on @tensorflow/tfjs-node";

/** Losses at the end of the same training. */
async function losses(): Promise<readonly [train: number, validation: number]> {
  const request = studentRequest();
  const config = { ...request.config, epochs: 6 };
  const model = await trainModel({ ...request, config }, { rng: createRng([11, 0]) });
  const { trainLoss, validationLoss } = model.metrics.epochs.at(-1)!;
  return [trainLoss, validationLoss];
}

(obstacle === null ? describe : describe.skip)(
  obstacle === null ? title : `${title} [skipped: ${obstacle}]`,
  () => {
    it("the same training reaches the same loss within 1 %", async () => {
      await loadBackend({ name: "wasm", kernels: "simd" });
      const onWasm = await losses();
      await loadBackend(NATIVE);
      const onNative = await losses();
      for (const [index, loss] of onWasm.entries()) {
        expect(Math.abs(onNative[index]! - loss)).toBeLessThan(0.01 * loss);
      }
    });
  },
);

if (obstacle !== null) {
  it("says how to install the native backend when it was asked for", () => {
    expect(obstacle).toMatch(/install @tensorflow\/tfjs-node, or use backend wasm/);
  });
}
