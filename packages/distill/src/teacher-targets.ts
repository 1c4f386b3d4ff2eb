import { setImmediate as yieldToEventLoop } from "node:timers/promises";

import {
  anyObject,
  type Batch,
  type BatchSource,
  CnntargzError,
  optionsCheck,
  type StageContext,
  type TrainedModel,
  z,
} from "@cnntargz/contracts";
import { imageTensor, type LayerFactory, openNetwork, type OpenNetwork } from "@cnntargz/models";
import * as tf from "@tensorflow/tfjs-core";

import { cut } from "./adaptation.js";
import type { HintGeometry } from "./hint-geometry.js";

/** What a Teacher says about the training set. */
export interface TeacherTargets {
  /** Raw outputs [pT, eta] for the examples with the given indices, (n, 2). */
  predictions(indices: Uint32Array): Float32Array;
  /**
   * The activation that each hint aims at, (n, elements) in the order of the geometries, divided by
   * its root mean square over the training set; the caller disposes the tensors.
   */
  aims(indices: Uint32Array, batch: Batch): tf.Tensor2D[];
  /** Whether the aims are held in memory, rather than computed anew for every batch. */
  readonly isPrecomputed: boolean;
  dispose(): void;
}

/** How {@link collectTeacherTargets} works. */
export interface CollectOptions {
  /** Examples computed at once. */
  readonly batchSize: number;
  /** Bytes that the aims may take; beyond, the Teacher runs for every batch of the training. */
  readonly maxBytes: number;
  readonly context: StageContext;
}

const checkOptions = optionsCheck<CollectOptions>("collectTeacherTargets", {
  batchSize: z.int().min(1),
  maxBytes: z.number().min(0),
  context: anyObject,
});

/**
 * Run the Teacher once over the training set. Since it is frozen, its answers are then looked up
 * instead of computed, which makes distillation several times faster.
 *
 * @throws CnntargzError `training` when a layer that a hint aims at gives nothing but zeros; the
 * signal's reason when aborted.
 */
export async function collectTeacherTargets(
  teacher: TrainedModel,
  factory: LayerFactory,
  source: BatchSource,
  geometries: readonly HintGeometry[],
  options: CollectOptions,
): Promise<TeacherTargets> {
  checkOptions(options);
  const { batchSize, maxBytes, context } = options;
  const bytes = geometries.reduce((sum, { elements }) => sum + 4 * elements * source.count, 0);
  const isPrecomputed = bytes <= maxBytes;
  const predictions = new Float32Array(2 * source.count);
  const tables = geometries.map(
    ({ elements }) => new Float32Array(isPrecomputed ? elements * source.count : 0),
  );
  const squares = geometries.map(() => 0);
  const network = openNetwork(teacher, factory);
  try {
    for (let first = 0; first < source.count; first += batchSize) {
      context.signal?.throwIfAborted();
      tf.tidy(() => {
        const count = Math.min(batchSize, source.count - first);
        const indices = Uint32Array.from({ length: count }, (_, offset) => first + offset);
        const answer = ask(network, geometries, imageTensor(source.batch(indices), source));
        predictions.set(answer.predictions.dataSync<"float32">(), 2 * first);
        for (const [hint, { elements }] of geometries.entries()) {
          const values = answer.aims[hint]!.dataSync<"float32">();
          squares[hint]! += values.reduce((sum, value) => sum + value * value, 0);
          if (isPrecomputed) tables[hint]!.set(values, first * elements);
        }
      });
      const fraction = Math.min(first + batchSize, source.count) / source.count;
      context.onProgress?.({ task: `${teacher.spec.name}: hints`, fraction });
      await yieldToEventLoop();
    }
    const scales = geometries.map(({ hint, elements }, index) => {
      const meanSquare = squares[index]! / (elements * source.count);
      if (meanSquare > 0) return 1 / Math.sqrt(meanSquare);
      throw new CnntargzError(
        "training",
        `layer ${hint.teacher} of ${teacher.spec.name} gives nothing but zeros, so ${hint.student} can not learn from it; take another layer or retrain the Teacher`,
      );
    });
    for (const [index, table] of tables.entries()) scaleInPlace(table, scales[index]!);
    return {
      isPrecomputed,
      predictions: (indices) => rowsOf(predictions, 2, indices),
      aims: (indices, batch) =>
        isPrecomputed
          ? geometries.map(({ elements }, index) =>
              tf.tensor2d(rowsOf(tables[index]!, elements, indices), [indices.length, elements]),
            )
          : tf.tidy(() =>
              ask(network, geometries, imageTensor(batch, source)).aims.map((aim, index) =>
                tf.mul<tf.Tensor2D>(aim, scales[index]!),
              ),
            ),
      dispose() {
        network.dispose();
      },
    };
  } catch (error) {
    network.dispose();
    throw error;
  }
}

function ask(network: OpenNetwork, geometries: readonly HintGeometry[], images: tf.Tensor4D) {
  const names = geometries.map(({ hint }) => hint.teacher);
  const { predictions, taps } = network.run(images, names);
  const aims = geometries.map(({ hint, teacherWindow, elements }) =>
    tf.reshape<tf.Rank.R2>(cut(taps[hint.teacher]!, teacherWindow), [-1, elements]),
  );
  return { predictions, aims };
}

function scaleInPlace(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor;
}

/** The rows with the given indices of a (count, size) table. */
function rowsOf(
  table: Float32Array,
  size: number,
  indices: Uint32Array,
): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(indices.length * size);
  for (const [row, index] of indices.entries()) {
    rows.set(table.subarray(index * size, (index + 1) * size), row * size);
  }
  return rows;
}
