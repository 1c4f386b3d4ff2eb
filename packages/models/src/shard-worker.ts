// A worker thread of a training: computes gradients of shards with the weights it is given.
import { parentPort, workerData } from "node:worker_threads";

import { createRng } from "@cnntargz/stage-kit";
import * as tf from "@tensorflow/tfjs-core";

import { loadBackend } from "./backend.js";
import { traineeOf } from "./batch-gradients.js";
import { buildModel } from "./build-model.js";
import { floatLayers } from "./float-layers.js";
import { importLayerFactory } from "./layer-factory-ref.js";
import { supervisedObjective } from "./objective.js";
import type { WorkerReply, WorkerSetup, WorkerTask } from "./shard-memory.js";
import { computeShard, shardOf, toTensors } from "./shards.js";

const { spec, layers, backend, etaWeight, memory } = workerData as WorkerSetup;
const reply = (message: WorkerReply): void => {
  parentPort!.postMessage(message);
};

await loadBackend(backend);
const factory = layers === null ? floatLayers : await importLayerFactory(layers);
// Any generator will do: the weights come with every step.
const model = buildModel(spec, factory, createRng([0, 0]));
const trainee = traineeOf(model, spec, supervisedObjective, etaWeight);

parentPort!.on("message", ({ shards, indices, progress }: WorkerTask) => {
  tf.tidy(() => {
    for (const [index, value] of toTensors(memory.weights, trainee.variables).entries()) {
      trainee.variables[index]!.assign(value);
    }
  });
  const whole = { ...memory, count: indices.length };
  reply({
    results: shards.map((shard) => {
      const part = indices.subarray(shard.first, shard.first + shard.count);
      const batch = shardOf(whole, shard, spec.inputShape);
      return computeShard(trainee, batch, part, progress, memory.rows[shard.index]!);
    }),
  });
});
reply({ results: [] });
