import {
  anyObject,
  type BatchSource,
  CnntargzError,
  type EpochMetrics,
  NetworkSpec,
  optionalFunction,
  optionsCheck,
  TrainConfig,
  type TrainedModel,
  z,
} from "@cnntargz/contracts";

import type { LayerFactory } from "./layer-factory.js";
import type { LayerFactoryRef } from "./layer-factory-ref.js";
import { layerShapes } from "./layer-shapes.js";
import { assertLayers } from "./network.js";
import type { Objective } from "./objective.js";

/** Where a training keeps its state after each epoch, so that a killed one goes on. */
export interface CheckpointStore {
  /** Where it is, for errors. */
  readonly path?: string;
  /** What was saved last, or null. */
  load(): Uint8Array | null | Promise<Uint8Array | null>;
  save(bytes: Uint8Array): void | Promise<void>;
}

/** Everything a training depends on besides its context. */
export interface TrainRequest extends Pick<
  TrainedModel,
  "spec" | "quantScheme" | "labelScaling" | "inputType" | "provenance"
> {
  /** Makes the layers; quantized ones for a `quantScheme`, which it must have been made from. */
  readonly layerFactory: LayerFactory;
  /** Start here instead of from random weights; then nothing is restarted. */
  readonly initialWeights?: TrainedModel["weights"];
  readonly train: BatchSource;
  readonly validation: BatchSource;
  readonly config: TrainConfig;
  /** What to make small; the squared error when left out. */
  readonly objective?: Objective;
  readonly checkpoint?: CheckpointStore;
  /**
   * Threads that share the `trainShards` of each batch, 1 when left out. No bit depends on it, so it
   * belongs to no digest.
   */
  readonly workers?: number;
  /** How workers make the layers; needed by more than one for other layers than floating-point ones. */
  readonly layerFactoryRef?: LayerFactoryRef;
  /** Called after each epoch, thrown away starts included. */
  readonly onEpoch?: (metrics: EpochMetrics) => void;
}

/** Check what a training is asked for, but for artifacts and interfaces. */
export const checkRequest = optionsCheck<TrainRequest>("trainModel", {
  spec: NetworkSpec,
  quantScheme: anyObject.nullable(),
  inputType: anyObject,
  labelScaling: anyObject,
  provenance: anyObject,
  layerFactory: z.custom(
    (value) => typeof value === "function",
    "Invalid input: expected function",
  ),
  initialWeights: anyObject.optional(),
  train: anyObject,
  validation: anyObject,
  config: TrainConfig,
  objective: anyObject.optional(),
  checkpoint: anyObject.optional(),
  workers: z.int().min(1).optional(),
  layerFactoryRef: anyObject.optional(),
  onEpoch: optionalFunction,
});

/**
 * A request must be able to run.
 *
 * @throws CnntargzError `config` naming what does not fit.
 */
export function assertTrainable({
  spec,
  train,
  validation,
  objective,
}: Pick<TrainRequest, "spec" | "train" | "validation" | "objective">): void {
  const outputShape = layerShapes(spec).at(-1)!.outputShape;
  if (outputShape.length !== 1 || outputShape[0] !== 2) {
    throw new CnntargzError(
      "config",
      `${spec.name} gives (${outputShape.join(", ")}), it must end with the two outputs pT and eta`,
    );
  }
  for (const [role, source] of Object.entries({ train, validation })) {
    if (source.count === 0) {
      throw new CnntargzError("config", `the ${role} set of ${spec.name} holds no examples`);
    }
    if (source.imageShape.some((size, axis) => size !== spec.inputShape[axis])) {
      throw new CnntargzError(
        "config",
        `${spec.name} takes images (${spec.inputShape.join(", ")}), its ${role} set holds (${source.imageShape.join(", ")})`,
      );
    }
  }
  if (objective !== undefined) assertLayers(spec, objective.taps);
}
