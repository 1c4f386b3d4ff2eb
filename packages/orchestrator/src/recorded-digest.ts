import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import { assertDigest, digestFile, readArtifact, type RecordedDigest } from "@cnntargz/stage-kit";
import type { z } from "zod";

import {
  isRunDirectory,
  Journal,
  JOURNAL_FILE,
  MANIFEST_FILE,
  readManifest,
} from "./run-manifest.js";
import { StageRecord } from "./stage-record.js";

/** Levels between a file of a run and its directory: `firmware/firmware/weights/w2.h` has four. */
const LEVELS = 4;

/**
 * The digest that a run recorded of the file `path` when it wrote it, in the stage's record or in the
 * manifest; null for a file that is no run's.
 *
 * @throws CnntargzError `artifact` when the file lies in a stage that did not write it, when the record
 * is damaged, or when a run has not come to the end of writing the file.
 */
export function recordedDigest(path: string): RecordedDigest | null {
  const absolute = resolve(path);
  let folder = dirname(absolute);
  const stageRecord = join(folder, "stage.json");
  if (existsSync(stageRecord) && basename(dirname(folder)) === "stages") {
    const { files } = readArtifact(stageRecord, StageRecord);
    const digest = files[basename(absolute)];
    if (digest !== undefined) return { digest, where: stageRecord };
    throw new CnntargzError(
      "artifact",
      `${path} is none of the files that its stage wrote (${Object.keys(files).join(", ")} in ${stageRecord}): copy your own files elsewhere, or run the configuration again if one was damaged`,
    );
  }
  for (let level = 0; level < LEVELS; level++, folder = dirname(folder)) {
    const name = relative(folder, absolute).split(sep).join("/");
    if (isRunDirectory(folder) && existsSync(join(folder, "stages"))) {
      const digest = readManifest(folder).files?.[name];
      return digest === undefined ? null : { digest, where: join(folder, MANIFEST_FILE) };
    }
    const journal = join(folder, JOURNAL_FILE);
    if (existsSync(journal) && readArtifact(journal, Journal)[name] !== undefined) {
      throw new CnntargzError("artifact", `${path} can not be trusted: ${unfinished(folder)}`);
    }
  }
  return null;
}

/** Why a run directory can not be read yet, and what to do. */
export const unfinished = (folder: string): string =>
  `the run has not ended: start it again with the same configuration and --out ${folder}, it goes on where it was`;

/**
 * Read an artifact; where a run wrote it, its bytes must be those that were written.
 *
 * @throws as `readArtifact` and {@link recordedDigest}
 */
export const readRecorded = <S extends z.ZodType>(path: string, schema: S): z.output<S> =>
  readArtifact(path, schema, recordedDigest(path));

/** Whether a file is as the run wrote it; true for one that is no run's. */
export function isAsRecorded(path: string): boolean {
  const recorded = recordedDigest(path);
  return recorded === null || digestFile(path) === recorded.digest;
}

/**
 * A file that a run wrote must be as it was written; nothing is asked of others.
 *
 * @throws CnntargzError `artifact` when it is not.
 */
export function assertRecorded(path: string): void {
  const recorded = recordedDigest(path);
  if (recorded !== null) assertDigest(path, digestFile(path), recorded);
}
