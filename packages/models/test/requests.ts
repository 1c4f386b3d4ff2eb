import { parseContract, TrainConfig, type TrainedModel } from "@cnntargz/contracts";
import { floatLayers, student9x16, type TrainRequest } from "@cnntargz/models";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

import { trackSource } from "./track-source.js";

/** A training that takes well under a second per epoch; the last batch is a partial one. */
export function studentRequest(change: Partial<TrainRequest> = {}): TrainRequest {
  const rng = createRng(deriveKey(7, "tracks"));
  return {
    spec: student9x16,
    quantScheme: null,
    layerFactory: floatLayers,
    train: trackSource(rng.derive("train"), 1000),
    validation: trackSource(rng.derive("validation"), 300),
    config: parseContract(
      TrainConfig,
      { epochs: 3, batchSize: 32, learningRate: 5e-3, finalLearningRateFraction: 0.2 },
      "config",
    ),
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    inputType: { signed: false, width: 2, integer: 1, rounding: "TRN", overflow: "WRAP" },
    provenance: { stage: "train-student", packages: {}, seed: 7, inputs: {}, config: null },
    ...change,
  };
}

/** Every weight of a model as text that changes with any bit. */
export function bitsOf({ weights }: Pick<TrainedModel, "weights">): string {
  return Object.entries(weights)
    .map(([name, { values }]) => `${name} ${Buffer.from(values.buffer).toString("hex")}`)
    .join("\n");
}
