import {
  CnntargzError,
  optionsCheck,
  type Predictions,
  type TriggerPerformance,
} from "@cnntargz/contracts";

import { evaluateTrigger } from "./evaluate-trigger.js";
import type { TriggerInput } from "./trigger-input.js";
import { type TriggerOptions, triggerOptionSchemas } from "./trigger-options.js";

/** A file of predictions says itself where its windows lie. */
type PredictionOptions = Omit<TriggerOptions, "windowStridePx">;
const { windowStridePx: _, ...schemas } = triggerOptionSchemas;
const checkOptions = optionsCheck<PredictionOptions>("evaluatePredictions", schemas);

/**
 * The events of a stored `Predictions` artifact. Events with true pT 0 are background.
 *
 * @throws CnntargzError `contract` when a tensor is not (n, 2), or the windows not (n).
 */
export function predictionsInput({ model, predicted, truth, windows }: Predictions): TriggerInput {
  for (const [name, { shape }] of Object.entries({ predicted, truth })) {
    if (shape.length !== 2 || shape[1] !== 2) {
      throw new CnntargzError(
        "contract",
        `${name} of ${model} has shape [${shape.join(", ")}], it must be [n, 2]: pT in GeV and eta`,
      );
    }
  }
  const column = (values: Float32Array, index: number) =>
    Float32Array.from({ length: values.length / 2 }, (_, event) => values[2 * event + index]!);
  const truePtGeV = column(truth.values, 0);
  return {
    predictedPtGeV: column(predicted.values, 0),
    truePtGeV,
    isMuon: Uint8Array.from(truePtGeV, (pt) => (pt === 0 ? 0 : 1)),
    predictedEta: column(predicted.values, 1),
    trueEta: column(truth.values, 1),
    window: windows?.chosen.values,
  };
}

/**
 * {@link evaluateTrigger} of a stored `Predictions` artifact.
 *
 * @throws CnntargzError as {@link predictionsInput} and {@link evaluateTrigger}.
 */
export function evaluatePredictions(
  predictions: Predictions,
  options: PredictionOptions = {},
): TriggerPerformance {
  checkOptions(options);
  const windowStridePx = predictions.windows?.stridePx;
  return evaluateTrigger(predictionsInput(predictions), { ...options, windowStridePx });
}
