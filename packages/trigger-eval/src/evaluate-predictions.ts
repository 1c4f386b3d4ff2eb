import {
  CnntargzError,
  ETA_MAX,
  FULL_WIDTH,
  type Predictions,
  type TriggerPerformance,
} from "@cnntargz/contracts";

import { evaluateTrigger, type TriggerOptions } from "./evaluate-trigger.js";

/**
 * {@link evaluateTrigger} of a stored `Predictions` artifact, whose eta is the global one. Events
 * with true pT 0 are background.
 *
 * @throws CnntargzError `contract` when the tensors are not (n, 2) or as {@link evaluateTrigger}.
 */
export function evaluatePredictions(
  predictions: Predictions,
  options: Omit<TriggerOptions, "etaPxPerUnit"> = {},
): TriggerPerformance {
  const { predicted, truth } = predictions;
  for (const [name, { shape }] of Object.entries({ predicted, truth })) {
    if (shape.length !== 2 || shape[1] !== 2) {
      throw new CnntargzError(
        "contract",
        `${name} of ${predictions.model} has shape [${shape.join(", ")}], it must be [n, 2]: pT in GeV and eta`,
      );
    }
  }
  const column = (values: Float32Array, index: number) =>
    Float32Array.from({ length: values.length / 2 }, (_, event) => values[2 * event + index]!);
  const truePtGeV = column(truth.values, 0);
  return evaluateTrigger(
    {
      predictedPtGeV: column(predicted.values, 0),
      truePtGeV,
      isMuon: Uint8Array.from(truePtGeV, (pt) => (pt === 0 ? 0 : 1)),
      predictedEtaLocal: column(predicted.values, 1),
      trueEtaLocal: column(truth.values, 1),
    },
    { ...options, etaPxPerUnit: FULL_WIDTH / ETA_MAX },
  );
}
