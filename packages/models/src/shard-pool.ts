import { Worker } from "node:worker_threads";

import { type BackendSpec, type Batch, CnntargzError } from "@cnntargz/contracts";
import { registeredVariant } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";

import type { Trainee } from "./batch-gradients.js";
import { floatLayers } from "./float-layers.js";
import { countParameters } from "./layer-shapes.js";
import {
  allocateShardMemory,
  type ShardMemory,
  shareBatch,
  type WorkerReply,
  type WorkerSetup,
  type WorkerTask,
} from "./shard-memory.js";
import { computeShard, type Shard, shardOf, type ShardResult } from "./shards.js";
import type { TrainRequest } from "./train-request.js";

/** Computes the shards of a batch, on this thread and on workers. */
export interface ShardPool {
  /**
   * The results of all shards in order; their gradients are in {@link ShardPool.rows}.
   *
   * @throws what a worker died of.
   */
  compute(
    trainee: Trainee,
    batch: Batch,
    indices: Uint32Array,
    shards: readonly Shard[],
    progress: number,
  ): Promise<readonly ShardResult[]>;
  /** One row of gradients for each shard. */
  readonly rows: readonly Float32Array[];
  close(): Promise<void>;
}

/**
 * Start the workers of a training, each with a TensorFlow.js backend of its own; this thread is one
 * more of them. An objective other than the squared error lives on this thread, so it is given no
 * workers. Which thread computes a shard changes no bit.
 *
 * @throws CnntargzError `config` for workers that could not make the layers.
 */
export async function openShardPool(request: TrainRequest): Promise<ShardPool> {
  const { spec, config, workers = 1, objective, layerFactory, layerFactoryRef } = request;
  const threads = objective === undefined ? Math.min(workers, config.trainShards) : 1;
  if (threads > 1 && layerFactory !== floatLayers && layerFactoryRef === undefined) {
    throw new CnntargzError(
      "config",
      `workers is ${workers}, but ${spec.name} is made by a layer factory that a worker can not find; give layerFactoryRef, or workers 1`,
    );
  }
  const extra = (objective?.extraVariables ?? []).reduce((sum, { size }) => sum + size, 0);
  const memory = allocateShardMemory(
    countParameters(spec) + extra,
    config.trainShards,
    config.batchSize,
    spec.inputShape,
  );
  const setup: WorkerSetup = {
    spec,
    layers: layerFactory === floatLayers ? null : (layerFactoryRef ?? null),
    backend: currentBackend(),
    etaWeight: config.etaWeight,
    memory,
  };
  const helpers = await startWorkers(threads - 1, setup);
  return {
    rows: memory.rows,
    async compute(trainee, batch, indices, shards, progress) {
      if (helpers.length > 0) {
        shareBatch(batch, memory);
        shareWeights(trainee, memory);
      }
      const own = (shard: Shard): boolean => shard.index % threads === 0;
      const answers = Promise.all(
        helpers.map((helper, position) =>
          helper.ask({
            shards: shards.filter(({ index }) => index % threads === position + 1),
            indices,
            progress,
          }),
        ),
      );
      // If this thread fails first, nobody waits for the others any more.
      answers.catch(() => undefined);
      const results: ShardResult[] = [];
      for (const shard of shards.filter(own)) {
        const part = indices.subarray(shard.first, shard.first + shard.count);
        const examples = shardOf(batch, shard, spec.inputShape);
        const row = memory.rows[shard.index]!;
        results[shard.index] = computeShard(trainee, examples, part, progress, row);
      }
      for (const [position, { results: theirs }] of (await answers).entries()) {
        for (const [turn, result] of theirs.entries()) {
          results[turn * threads + position + 1] = result;
        }
      }
      return results;
    },
    async close() {
      await Promise.all(helpers.map((helper) => helper.stop()));
    },
  };
}

/** One worker thread, asked one thing at a time. */
interface Helper {
  ask(task: WorkerTask): Promise<WorkerReply>;
  stop(): Promise<unknown>;
}

async function startWorkers(count: number, setup: WorkerSetup): Promise<readonly Helper[]> {
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL("./shard-worker.js", import.meta.url), { workerData: setup }),
  );
  const stop = () => Promise.all(workers.map((worker) => worker.terminate()));
  try {
    await Promise.all(workers.map(nextReply));
  } catch (error) {
    await stop();
    throw error;
  }
  return workers.map((worker) => ({
    ask(task) {
      const answer = nextReply(worker);
      worker.postMessage(task);
      return answer;
    },
    stop: () => worker.terminate(),
  }));
}

/** The next message of a worker; rejects when it dies instead. */
function nextReply(worker: Worker): Promise<WorkerReply> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off("message", succeed).off("error", fail).off("exit", vanish);
    };
    const succeed = (reply: WorkerReply): void => {
      settle();
      resolve(reply);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    const vanish = (code: number): void => {
      fail(
        new CnntargzError(
          "tool",
          `a training worker ended with code ${code}; train with workers 1`,
        ),
      );
    };
    worker.on("message", succeed).on("error", fail).on("exit", vanish);
  });
}

function shareWeights({ variables }: Trainee, memory: ShardMemory): void {
  let offset = 0;
  for (const variable of variables) {
    memory.weights.set(variable.dataSync<"float32">(), offset);
    offset += variable.size;
  }
}

/** The backend that this thread computes with. */
function currentBackend(): BackendSpec {
  const name = tf.getBackend() as BackendSpec["name"];
  return { name, kernels: registeredVariant(tf) ?? null };
}
