import { type TrainedModel } from "@cnntargz/contracts";
import { floatLayers, loadBackend, supervisedObjective, trainModel } from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { bitsOf, studentRequest } from "./requests.js";

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

const rng = createRng([11, 0]);
const train = (
  trainShards: number,
  change: Parameters<typeof studentRequest>[0] = {},
): Promise<TrainedModel> => {
  const request = studentRequest(change);
  return trainModel({ ...request, config: { ...request.config, epochs: 1, trainShards } }, { rng });
};

describe("trainShards", () => {
  it("gives the same bits whatever the number of workers", async () => {
    // 3 shards on 2 threads are shared unevenly; the last batch, of 8 examples, is split as well.
    const alone = await train(3);
    for (const workers of [2, 4]) {
      const shared = await train(3, { workers });
      expect(bitsOf(shared), `${workers} workers`).toBe(bitsOf(alone));
      expect(shared.metrics).toEqual(alone.metrics);
    }
  });

  it("computes the gradient of the whole batch, but for rounding", async () => {
    const [whole, halves] = [await train(1), await train(2)];
    expect(bitsOf(halves)).not.toBe(bitsOf(whole));
    for (const [i, { trainLoss }] of halves.metrics.epochs.entries()) {
      expect(trainLoss).toBeCloseTo(whole.metrics.epochs[i]!.trainLoss, 4);
    }
  });

  it("works with more shards than examples and with an objective of one's own", async () => {
    const one = await train(100);
    const same = await train(100, {
      objective: { ...supervisedObjective, label: "own" },
      workers: 2,
    });
    expect(bitsOf(same)).toBe(bitsOf(one));
  });

  it("leaves no tensor behind", async () => {
    await train(2);
    const { numTensors, numDataBuffers } = tf.memory();
    await train(2, { workers: 2 });
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });

  it("refuses workers that could not make the layers", async () => {
    const layerFactory: typeof floatLayers = (layer, options) => floatLayers(layer, options);
    await expect(train(2, { layerFactory, workers: 2 })).rejects.toThrow(/give layerFactoryRef/);
    const layerFactoryRef = {
      module: import.meta.resolve("@cnntargz/models"),
      export: "doubleLayers",
      args: null,
    };
    await expect(train(2, { layerFactory, workers: 2, layerFactoryRef })).rejects.toThrow(
      /exports no function doubleLayers/,
    );
    const found = { ...layerFactoryRef, export: "floatLayers" };
    const shared = await train(2, { layerFactory, workers: 2, layerFactoryRef: found });
    expect(bitsOf(shared)).toBe(bitsOf(await train(2)));
  });

  it("names the place where numbers end, in whichever worker", async () => {
    const { train: source } = studentRequest();
    const broken = {
      ...source,
      batch(indices: ArrayLike<number>) {
        const batch = source.batch(indices);
        batch.targets[2 * batch.count - 1] = Number.NaN;
        batch.hasEta[batch.count - 1] = 1;
        return batch;
      },
    };
    await expect(train(2, { train: broken, workers: 2 })).rejects.toThrow(
      /epoch 1, batch 1 of 32: .* a target of training example \d+ is not finite/,
    );
  });
});
