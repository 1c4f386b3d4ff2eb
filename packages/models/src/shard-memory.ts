import type { BackendSpec, Batch, BatchSource, NetworkSpec } from "@cnntargz/contracts";

import type { LayerFactoryRef } from "./layer-factory-ref.js";
import type { Shard, ShardResult } from "./shards.js";

/** Memory that all threads of a training see: weights and a batch for the workers, gradients from them. */
export interface ShardMemory {
  /** All weights, one variable after the other. */
  readonly weights: Float32Array<SharedArrayBuffer>;
  /** One row of gradients for each shard. */
  readonly rows: readonly Float32Array<SharedArrayBuffer>[];
  readonly images: Float32Array<SharedArrayBuffer>;
  readonly targets: Float32Array<SharedArrayBuffer>;
  readonly hasEta: Uint8Array<SharedArrayBuffer>;
}

/** What a worker is told when it is started. */
export interface WorkerSetup {
  readonly spec: NetworkSpec;
  /** null for floating-point layers. */
  readonly layers: LayerFactoryRef | null;
  readonly backend: BackendSpec;
  readonly etaWeight: number;
  readonly memory: ShardMemory;
}

/** One step of a worker: the shards it is to compute. */
export interface WorkerTask {
  readonly shards: readonly Shard[];
  readonly indices: Uint32Array;
  readonly progress: number;
}

/** What a worker answers: that it is ready, or the results of its shards in their order. */
export interface WorkerReply {
  readonly results: readonly ShardResult[];
}

/** Shared memory for batches of up to `batchSize` examples. */
export function allocateShardMemory(
  parameters: number,
  shards: number,
  batchSize: number,
  [height, width, channels]: BatchSource["imageShape"],
): ShardMemory {
  const floats = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length));
  return {
    weights: floats(parameters),
    rows: Array.from({ length: shards }, () => floats(parameters)),
    images: floats(batchSize * height * width * channels),
    targets: floats(2 * batchSize),
    hasEta: new Uint8Array(new SharedArrayBuffer(batchSize)),
  };
}

/** Copy a batch to where the workers read it. */
export function shareBatch(batch: Batch, memory: ShardMemory): void {
  const pixels = memory.images.length / memory.hasEta.length;
  memory.images.set(batch.images.subarray(0, batch.count * pixels));
  memory.targets.set(batch.targets.subarray(0, 2 * batch.count));
  memory.hasEta.set(batch.hasEta.subarray(0, batch.count));
}
