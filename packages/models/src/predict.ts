import { setImmediate as yieldToEventLoop } from "node:timers/promises";

import {
  anyObject,
  type BatchSource,
  checkContext,
  CnntargzError,
  optionsCheck,
  type StageContext,
  type TrainedModel,
  z,
} from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";

import { imageTensor, indexRange } from "./batch-tensors.js";
import type { LayerFactory } from "./layer-factory.js";
import { layerShapes, product } from "./layer-shapes.js";
import { type Activations, assertLayers, openNetwork } from "./network.js";

/** How to run a network over a source. */
export interface PredictOptions {
  /** Examples computed at once. */
  readonly batchSize: number;
  readonly context: StageContext;
}

const checkOptions = optionsCheck<PredictOptions>("predict", {
  batchSize: z.int().min(1),
  context: anyObject,
});
function checkPredict(options: PredictOptions): void {
  checkOptions(options);
  checkContext(options.context, "predict");
}

/**
 * Raw outputs [pT, eta] of a network for every example, (count, 2), in scaled target units.
 *
 * @throws CnntargzError `config` when the images do not fit, `contract` when the weights do not;
 * the signal's reason when aborted.
 */
export async function predict(
  model: TrainedModel,
  factory: LayerFactory,
  source: BatchSource,
  options: PredictOptions,
): Promise<Float32Array> {
  checkPredict(options);
  const outputs = product(layerShapes(model.spec).at(-1)!.outputShape);
  const all = new Float32Array(source.count * outputs);
  await runOver(model, factory, source, [], options, ({ predictions }, first) => {
    all.set(predictions.dataSync<"float32">(), first * outputs);
  });
  return all;
}

/**
 * Activated outputs of the named layers for every example, (count, ...layer shape) each. They are
 * large: a convolution of the 9x16 Teacher gives 5.8 kB per image.
 *
 * @throws CnntargzError `config` for a layer the network lacks, and as {@link predict} does.
 */
export async function tapActivations(
  model: TrainedModel,
  factory: LayerFactory,
  source: BatchSource,
  layerNames: readonly string[],
  options: PredictOptions,
): Promise<Record<string, Float32Array>> {
  checkPredict(options);
  assertLayers(model.spec, layerNames);
  const sizes = new Map(
    layerShapes(model.spec).map(({ name, outputShape }) => [name, product(outputShape)]),
  );
  const all = Object.fromEntries(
    layerNames.map((name) => [name, new Float32Array(source.count * sizes.get(name)!)]),
  );
  await runOver(model, factory, source, layerNames, options, ({ taps }, first) => {
    for (const name of layerNames) {
      all[name]!.set(taps[name]!.dataSync<"float32">(), first * sizes.get(name)!);
    }
  });
  return all;
}

async function runOver(
  model: TrainedModel,
  factory: LayerFactory,
  source: BatchSource,
  tapNames: readonly string[],
  { batchSize, context }: PredictOptions,
  take: (activations: Activations, first: number) => void,
): Promise<void> {
  assertImages(model, source);
  const network = openNetwork(model, factory);
  try {
    for (let first = 0; first < source.count; first += batchSize) {
      context.signal?.throwIfAborted();
      tf.tidy(() => {
        const batch = source.batch(indexRange(first, batchSize, source.count));
        take(network.run(imageTensor(batch, source), tapNames), first);
      });
      const done = Math.min(first + batchSize, source.count);
      context.onProgress?.({ task: `${model.spec.name}: predict`, fraction: done / source.count });
      await yieldToEventLoop();
    }
  } finally {
    network.dispose();
  }
}

function assertImages({ spec }: TrainedModel, source: BatchSource): void {
  if (source.imageShape.every((size, axis) => size === spec.inputShape[axis])) return;
  throw new CnntargzError(
    "config",
    `${spec.name} takes images (${spec.inputShape.join(", ")}), the source gives (${source.imageShape.join(", ")})`,
  );
}
