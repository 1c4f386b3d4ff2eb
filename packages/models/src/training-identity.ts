import { type Digest, encodeContract, NamedWeights, type StageContext } from "@cnntargz/contracts";
import { digestJson } from "@cnntargz/stage-kit";
import { getBackend } from "@tensorflow/tfjs-core";

import { supervisedObjective } from "./objective.js";
import type { TrainRequest } from "./train-request.js";

/**
 * Digest of everything that decides the outcome of a training and can be digested: network, data
 * (by the provenance's inputs), configuration, objective, seed and backend.
 */
export function trainingIdentity(request: TrainRequest, context: StageContext): Digest {
  const { spec, quantScheme, config, labelScaling, inputType, provenance } = request;
  const { initialWeights, objective = supervisedObjective } = request;
  return digestJson({
    ...{ spec, quantScheme, config, labelScaling, inputType, provenance },
    initialWeights:
      initialWeights === undefined
        ? null
        : encodeContract(NamedWeights, initialWeights, "initial weights"),
    counts: [request.train.count, request.validation.count],
    objective: objective.label,
    seed: context.rng.seed("identity of a training"),
    backend: getBackend(),
  });
}
