import type { Batch, BatchSource } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";

import { batchGradients, type Trainee } from "./batch-gradients.js";

/** Consecutive examples of a batch. */
export interface Shard {
  /** Position among the shards: gradients are summed in this order. */
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

/** What a shard tells besides its gradients. */
export interface ShardResult {
  readonly loss: number;
  readonly errors: number;
  readonly fault: string | null;
}

/** Split a batch of `count` examples into at most `shards` parts of nearly equal size, none empty. */
export function splitBatch(count: number, shards: number): readonly Shard[] {
  const parts = Math.min(count, shards);
  return Array.from({ length: parts }, (_, index) => {
    const first = Math.floor((index * count) / parts);
    return { index, first, count: Math.floor(((index + 1) * count) / parts) - first };
  });
}

/** The examples of a shard as a batch of their own: a view. */
export function shardOf(
  batch: Batch,
  { first, count }: Shard,
  [height, width, channels]: BatchSource["imageShape"],
): Batch {
  const size = height * width * channels;
  return {
    images: batch.images.subarray(first * size, (first + count) * size),
    targets: batch.targets.subarray(2 * first, 2 * (first + count)),
    hasEta: batch.hasEta.subarray(first, first + count),
    count,
  };
}

/** Compute one shard; its gradients, one variable after the other, go to `into`. */
export function computeShard(
  trainee: Trainee,
  batch: Batch,
  indices: Uint32Array,
  progress: number,
  into: Float32Array,
): ShardResult {
  tf.engine().startScope();
  try {
    const { gradients, loss, errors, fault } = batchGradients(trainee, batch, indices, progress);
    let offset = 0;
    for (const gradient of gradients) {
      into.set(gradient.dataSync<"float32">(), offset);
      offset += gradient.size;
    }
    return { loss, errors, fault };
  } finally {
    tf.engine().endScope();
  }
}

/**
 * The gradient of the whole batch, `sum over shards s of n_s / n g_s`, in the order of the shards and
 * rounded to float32 after each: the loss is a mean over examples.
 */
export function sumShards(
  shards: readonly Shard[],
  rows: readonly Float32Array[],
): Float32Array<ArrayBuffer> {
  const examples = shards.reduce((sum, { count }) => sum + count, 0);
  const total = new Float32Array(rows[0]!.length);
  for (const { index, count } of shards) {
    const row = rows[index]!;
    const weight = count / examples;
    for (let i = 0; i < total.length; i++) total[i] = total[i]! + weight * row[i]!;
  }
  return total;
}

/** Cut a flat array into tensors of the variables' shapes. */
export function toTensors(flat: Float32Array, variables: readonly tf.Variable[]): tf.Tensor[] {
  let offset = 0;
  return variables.map(({ size, shape }) => {
    const values = flat.slice(offset, offset + size);
    offset += size;
    return tf.tensor(values, shape);
  });
}
