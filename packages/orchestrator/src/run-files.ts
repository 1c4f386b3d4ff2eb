import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError, HlsConfig } from "@cnntargz/contracts";
import { digestJson, readArtifact } from "@cnntargz/stage-kit";
import { z } from "zod";

import { StageRecord } from "./stage-record.js";

/** What reading commands need of a run's `manifest.json`. */
const RunManifest = z.object({
  kind: z.literal("run-manifest"),
  schemaVersion: z.literal(1),
  config: z.object({ name: z.string(), hls: HlsConfig }),
  /** Digest of each finished stage. */
  stages: z.record(z.string(), z.string()),
});

/** A finished run that is only read. */
export interface RunFiles {
  readonly name: string;
  /** How its firmware was generated. */
  readonly hls: HlsConfig;
  /** The integer network, an estimate of its firmware, and the firmware's folder. */
  readonly network: string;
  /** The trained model that it was made of. */
  readonly model: string;
  readonly resources: string;
  readonly firmware: string;
  /**
   * A model as it was trained, in floating point or quantized.
   *
   * @throws CnntargzError `artifact` when its stage is gone, which nothing else here needs.
   */
  readonly trained: (model: "teacher" | "student" | "quantized") => string;
}

/** Whether a folder is the directory of a finished run. */
export const isRunDirectory = (path: string): boolean => existsSync(join(path, "manifest.json"));

/**
 * Files of the run that `manifest.json` in `path` is about; the directory may hold stages of others.
 *
 * @throws CnntargzError `artifact` when the run is not finished or a stage is gone.
 */
export function readRunFiles(path: string): RunFiles {
  const manifest = readArtifact(join(path, "manifest.json"), RunManifest);
  const stages = join(path, "stages");
  const folders = existsSync(stages) ? readdirSync(stages) : [];
  const stage = (name: string): string => {
    const folder = folders.find((candidate) => {
      const record = join(stages, candidate, "stage.json");
      return (
        candidate.startsWith(`${name}-`) &&
        existsSync(record) &&
        digestJson(readArtifact(record, StageRecord).files) === manifest.stages[name]
      );
    });
    if (folder === undefined) {
      throw new CnntargzError(
        "artifact",
        `${path} has no stage ${name} of the run in its manifest.json; run the configuration again`,
      );
    }
    return join(stages, folder);
  };
  const integers = stage("integers");
  return {
    name: manifest.config.name,
    hls: manifest.config.hls,
    network: join(integers, "network.json"),
    model: join(integers, "model.json"),
    resources: join(stage("firmware"), "resources.json"),
    firmware: join(path, "firmware"),
    trained: (model) => join(stage(`train-${model}`), "model.json"),
  };
}
