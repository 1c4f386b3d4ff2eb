import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError, type HlsConfig } from "@cnntargz/contracts";
import { digestJson, readArtifact } from "@cnntargz/stage-kit";

import { unfinished } from "./recorded-digest.js";
import { isRunDirectory, readManifest } from "./run-manifest.js";
import { StageRecord } from "./stage-record.js";

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

/** Digest of a finished stage's files; null where its record can not be read. */
function digestOfStage(folder: string): string | null {
  try {
    return digestJson(readArtifact(join(folder, "stage.json"), StageRecord).files);
  } catch {
    return null;
  }
}

/**
 * Files of the run that `manifest.json` in `path` is about; the directory may hold stages of others.
 *
 * @throws CnntargzError `artifact` when the run is not finished or a stage is gone.
 */
export function readRunFiles(path: string): RunFiles {
  if (!isRunDirectory(path) && existsSync(join(path, "stages"))) {
    throw new CnntargzError("artifact", `${path} has no manifest.json: ${unfinished(path)}`);
  }
  const manifest = readManifest(path);
  const stages = join(path, "stages");
  const folders = existsSync(stages) ? readdirSync(stages) : [];
  const stage = (name: string): string => {
    const candidates = folders
      .filter((folder) => folder.startsWith(`${name}-`) && !folder.endsWith(".partial"))
      .map((folder) => join(stages, folder));
    const found = candidates.find((folder) => digestOfStage(folder) === manifest.stages[name]);
    if (found !== undefined) return found;
    const others =
      candidates.length === 0
        ? ""
        : ` (${candidates.map((folder) => join(folder, "stage.json")).join(", ")} is of another run, or damaged)`;
    throw new CnntargzError(
      "artifact",
      `${path} has no stage ${name} of the run in its manifest.json${others}; move what is damaged away and run the configuration again`,
    );
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
