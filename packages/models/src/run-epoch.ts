import { setImmediate as yieldToEventLoop } from "node:timers/promises";

import { CnntargzError, type EpochMetrics, type StageContext } from "@cnntargz/contracts";

import { learningRateAt } from "./learning-rate.js";
import type { TrainRequest } from "./train-request.js";
import type { TrainingStart } from "./training-start.js";

/**
 * Train on every example once, in the given order, then measure the validation loss. Both losses are
 * mean squared errors; the training loss is taken before each step.
 *
 * @throws CnntargzError `training` when a loss is not finite; the signal's reason when aborted, between
 * two batches.
 */
export async function runEpoch(
  request: TrainRequest,
  context: StageContext,
  start: TrainingStart,
  order: Uint32Array,
  epoch: number,
): Promise<Pick<EpochMetrics, "trainLoss" | "validationLoss">> {
  const { spec, config, train, validation, provenance } = request;
  const { batchSize } = config;
  const task = `${provenance.stage}: epoch ${epoch + 1}/${config.epochs}`;
  // An abort arrives as an event, which only a turn of the event loop lets in.
  const pause = async (epochPart: number): Promise<void> => {
    context.onProgress?.({ task, fraction: (epoch + epochPart) / config.epochs });
    await yieldToEventLoop();
    context.signal?.throwIfAborted();
  };

  context.signal?.throwIfAborted();
  let trainErrors = 0;
  const batches = Math.ceil(train.count / batchSize);
  const examples = train.count + validation.count;
  for (let first = 0; first < train.count; first += batchSize) {
    const progress = (epoch + first / train.count) / config.epochs;
    const indices = order.slice(first, first + batchSize);
    const learningRate = learningRateAt(config, progress);
    const where = `epoch ${epoch + 1}, batch ${first / batchSize + 1} of ${batches}`;
    trainErrors += await start.trainBatch({ indices, learningRate, progress, where });
    await pause((first + indices.length) / examples);
  }
  let validationErrors = 0;
  for (let first = 0; first < validation.count; first += batchSize) {
    validationErrors += start.validateBatch(first, batchSize);
    const done = Math.min(first + batchSize, validation.count);
    await pause((train.count + done) / examples);
  }
  if (!Number.isFinite(validationErrors)) {
    throw new CnntargzError(
      "training",
      `the validation loss of ${spec.name} became ${validationErrors} in epoch ${epoch + 1}; lower learningRate (now ${config.learningRate}) and look for values in the validation set that are not finite`,
    );
  }
  return {
    trainLoss: trainErrors / train.count,
    validationLoss: validationErrors / validation.count,
  };
}
