import {
  CnntargzError,
  encodeContract,
  EpochMetrics,
  NamedWeights,
  parseContract,
} from "@cnntargz/contracts";
import { digestBytes } from "@cnntargz/stage-kit";

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

const LINE_FEED = 10;

/**
 * A checkpoint as bytes: a line of UTF-8 JSON, tensors in base64, so every float comes back as it was,
 * and a line with the SHA-256 of that.
 */
export function encodeCheckpoint({ best, state, ...rest }: TrainingCheckpoint): Uint8Array {
  const json = (weights: NamedWeights, what: string) => encodeContract(NamedWeights, weights, what);
  const text = JSON.stringify({
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
  });
  return new TextEncoder().encode(`${text}\n${digestBytes(text)}\n`);
}

/** The JSON of a checkpoint, whose digest must be that beside it. */
function checkedText(bytes: Uint8Array, what: string): string {
  const end = bytes.indexOf(LINE_FEED);
  const text = bytes.subarray(0, end === -1 ? bytes.length : end);
  const stated = end === -1 ? "" : new TextDecoder().decode(bytes.subarray(end + 1));
  const found = digestBytes(text);
  if (stated !== `${found}\n`) {
    throw new CnntargzError(
      "artifact",
      `${what} is damaged, cut off or foreign: its SHA-256 is ${found}, it states ${stated.trimEnd().slice(0, 64) || "none"}; remove it to start anew`,
    );
  }
  return new TextDecoder().decode(text);
}

/**
 * Read what {@link encodeCheckpoint} wrote.
 *
 * @param what how errors call it
 * @throws CnntargzError `artifact` when the bytes are no checkpoint, are damaged, or are that of
 * another training than `identity`.
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  identity: string,
  what = "the training checkpoint",
): TrainingCheckpoint {
  const raw = JSON.parse(checkedText(bytes, what)) as Record<string, unknown>;
  if (raw["kind"] !== "training-checkpoint" || raw["schemaVersion"] !== 1) {
    throw new CnntargzError(
      "artifact",
      `${what} is of kind ${String(raw["kind"])} and version ${String(raw["schemaVersion"])}, this program reads training-checkpoint version 1; remove it`,
    );
  }
  if (raw["identity"] !== identity) {
    throw new CnntargzError(
      "artifact",
      `${what} belongs to another training (${String(raw["identity"])}, this one is ${identity}): network, data, configuration or seed differ; remove it to start anew`,
    );
  }
  // Digest and identity say that this program wrote the rest, so only the tensors need decoding.
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
