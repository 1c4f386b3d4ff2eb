import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { type EpochMetrics, onDisk, type StageContext, TrainedModel } from "@cnntargz/contracts";
import type { CheckpointStore, TrainRequest } from "@cnntargz/models";
import { writeArtifact, writeFileAtomic } from "@cnntargz/stage-kit";

import type { StageFiles } from "../run-directory.js";

/** A training as a stage describes it, without what ties it to a folder. */
export type FolderRequest = Omit<TrainRequest, "checkpoint" | "onEpoch">;

const CHECKPOINT = "checkpoint.bin";
const METRICS = "metrics.jsonl";
const MODEL = "model.json";

/** What {@link trainInFolder} writes. */
export const TRAINING_FILES: StageFiles = {
  writes: [METRICS, MODEL],
  keeps: [CHECKPOINT, METRICS],
};

/** The checkpoint of a training in its stage's partial folder. */
function checkpointIn(folder: string): CheckpointStore {
  const path = join(folder, CHECKPOINT);
  return {
    path,
    load: () => (existsSync(path) ? readFileSync(path) : null),
    save: (bytes) => {
      writeFileAtomic(path, bytes);
    },
  };
}

const line = (metrics: EpochMetrics): string => `${JSON.stringify(metrics)}\n`;

/**
 * Train in a folder: the state after each epoch goes to `checkpoint.bin`, from which a later call
 * goes on, its metrics to `metrics.jsonl` (one JSON object per line), the trained network to
 * `model.json`. At the end the checkpoint is removed.
 */
export async function trainInFolder(
  folder: string,
  request: FolderRequest,
  context: StageContext,
  train: (request: TrainRequest, context: StageContext) => Promise<TrainedModel>,
): Promise<void> {
  const metricsPath = join(folder, METRICS);
  const onEpoch = (metrics: EpochMetrics): void => {
    onDisk(metricsPath, () => {
      appendFileSync(metricsPath, line(metrics));
    });
  };
  const checkpoint = checkpointIn(folder);
  const model = await train({ ...request, checkpoint, onEpoch }, context);
  // A killed training has written the epoch behind its last checkpoint twice.
  writeFileAtomic(metricsPath, model.metrics.epochs.map(line).join(""));
  writeArtifact(join(folder, MODEL), TrainedModel, model);
  rmSync(join(folder, CHECKPOINT), { force: true });
}
