import {
  checkContext,
  CnntargzError,
  type StageContext,
  type TriggerPerformance,
} from "@cnntargz/contracts";
import {
  resolveTriggerOptions,
  TriggerAccumulator,
  type TriggerOptions,
} from "@cnntargz/trigger-eval";

import { openPredictions } from "./read-predictions.js";

/** What a file of predictions says of its model. */
export interface Evaluation {
  readonly file: string;
  readonly model: string;
  readonly performance: TriggerPerformance;
}

/** What `compute` gives; its errors name the file. */
function named<T>(file: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof CnntargzError)) throw error;
    throw new CnntargzError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}

/**
 * Trigger performance of predictions in files, one after the other and batch by batch.
 *
 * @throws CnntargzError `artifact` or `contract` that names the file, `config` for an option; the
 * signal's reason when aborted.
 */
export async function evaluateFiles(
  files: readonly string[],
  options: TriggerOptions,
  context: Pick<StageContext, "signal" | "onProgress"> = {},
): Promise<Evaluation[]> {
  resolveTriggerOptions(options);
  checkContext(context, "evaluateFiles");
  const { signal, onProgress } = context;
  const evaluations: Evaluation[] = [];
  for (const file of files) {
    const { model, windowStridePx, batches } = openPredictions(file);
    const accumulator = new TriggerAccumulator({
      ...options,
      windowStridePx: windowStridePx ?? options.windowStridePx,
    });
    for await (const batch of batches) {
      signal?.throwIfAborted();
      named(file, () => accumulator.add(batch));
      const events = accumulator.counts.events.toLocaleString("en-US");
      onProgress?.({
        task: `${file}: ${events} events, file`,
        fraction: evaluations.length / files.length,
      });
    }
    evaluations.push({ file, model, performance: accumulator.performance() });
  }
  return evaluations;
}
