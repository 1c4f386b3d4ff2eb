import {
  BackendSpec,
  DatasetSplit,
  type ErrorCode,
  NetworkSpec,
  type Progress,
  Provenance,
  TrainConfig,
} from "@cnntargz/contracts";
import { z } from "zod";

/** A floating-point training on 9x16 fragments as data, so that another process can do it. */
export const TrainingJob = z.strictObject({
  /** HDF5 file of the events, split in their order. */
  events: z.string(),
  split: DatasetSplit,
  spec: NetworkSpec,
  train: TrainConfig,
  /** Says the stage and the seed, which together decide the random numbers. */
  provenance: Provenance,
  backend: BackendSpec,
  /** Threads that share the `trainShards` of a batch. */
  workers: z.int().min(1),
  /** Where checkpoint, metrics and model go. */
  folder: z.string(),
});
export type TrainingJob = z.output<typeof TrainingJob>;

/** What a training process tells the one that started it. */
export type JobMessage =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "info" | "warn"; readonly message: string }
  | { readonly kind: "done" }
  /** `code` is null for an error that was not thrown on purpose. */
  | { readonly kind: "failed"; readonly code: ErrorCode | null; readonly message: string };

/** What a training process is told after its job: to stop between two batches. */
export const STOP = "stop";
