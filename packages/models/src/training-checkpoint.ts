import {
  CnntargzError,
  encodeContract,
  EpochMetrics,
  NamedWeights,
  parseContract,
} from "@cnntargz/contracts";

import type { TrainingState } from "./training-start.js";

/** The weights of the best epoch so far. */
export interface BestEpoch {
  readonly epoch: number;
  readonly validationLoss: number;
  readonly weights: NamedWeights;
}

/** A training after an epoch. */
export interface TrainingCheckpoint {
  /** Digest of everything the training depends on: it goes on from no other. */
  readonly identity: string;
  /** Which start is being trained, from 0. */
  readonly restart: number;
  /** Finished epochs of this start. */
  readonly epochsDone: number;
  /** Of all starts. */
  readonly epochs: readonly EpochMetrics[];
  readonly best: BestEpoch;
  readonly state: TrainingState;
}

const EpochList = EpochMetrics.array();

/** A checkpoint as bytes: UTF-8 JSON, tensors in base64, so every float comes back as it was. */
export function encodeCheckpoint({ best, state, ...rest }: TrainingCheckpoint): Uint8Array {
  const json = (weights: NamedWeights, what: string) => encodeContract(NamedWeights, weights, what);
  return new TextEncoder().encode(
    JSON.stringify({
      kind: "training-checkpoint",
      schemaVersion: 1,
      ...rest,
      best: { ...best, weights: json(best.weights, "best weights") },
      state: {
        step: state.step,
        weights: json(state.weights, "weights"),
        extra: json(state.extra, "extra variables"),
        moments: json(state.moments, "Adam's moments"),
      },
    }),
  );
}

/**
 * Read what {@link encodeCheckpoint} wrote.
 *
 * @throws CnntargzError `artifact` when the bytes are no checkpoint, or that of another training
 * than `identity`.
 */
export function decodeCheckpoint(bytes: Uint8Array, identity: string): TrainingCheckpoint {
  const what = "training checkpoint";
  let raw: Record<string, unknown>;
  try {
    raw = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch (cause) {
    throw new CnntargzError("artifact", `the ${what} is cut off or foreign; remove it`, { cause });
  }
  if (raw["kind"] !== "training-checkpoint" || raw["schemaVersion"] !== 1) {
    throw new CnntargzError(
      "artifact",
      `the ${what} is of kind ${String(raw["kind"])} and version ${String(raw["schemaVersion"])}, this program reads training-checkpoint version 1; remove it`,
    );
  }
  if (raw["identity"] !== identity) {
    throw new CnntargzError(
      "artifact",
      `the ${what} belongs to another training (${String(raw["identity"])}, this one is ${identity}): network, data, configuration or seed differ; remove it to start anew`,
    );
  }
  // The identity says that this program wrote the rest, so only the tensors need decoding.
  const checkpoint = raw as unknown as TrainingCheckpoint;
  const { best, state } = checkpoint;
  const tensors = (value: unknown): NamedWeights => parseContract(NamedWeights, value, what);
  return {
    ...checkpoint,
    epochs: parseContract(EpochList, checkpoint.epochs, what),
    best: { ...best, weights: tensors(best.weights) },
    state: {
      step: state.step,
      weights: tensors(state.weights),
      extra: tensors(state.extra),
      moments: tensors(state.moments),
    },
  };
}
