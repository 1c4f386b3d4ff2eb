import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError, RunRecord } from "@cnntargz/contracts";

import { readRecorded, unfinished } from "./recorded-digest.js";
import { isRunDirectory, MANIFEST_FILE } from "./run-manifest.js";
import { RECORD_FILE } from "./stages/record.js";

/** Why `folder` has no record, and what to do. */
export function whyNoRecord(folder: string): string {
  if (!existsSync(folder)) return "there is no such folder; give the folder of a run";
  if (!statSync(folder).isDirectory()) return "it is a file; give the folder of a run";
  if (!existsSync(join(folder, "stages"))) {
    return `it has neither ${RECORD_FILE} nor stages/, so it is no run directory; cnntargz run makes one`;
  }
  return `it has stages/ but no ${existsSync(join(folder, RECORD_FILE)) ? MANIFEST_FILE : RECORD_FILE}, so ${unfinished(folder)}`;
}

/** Whether something is there that is no run, finished or not. */
export const isForeign = (path: string): boolean =>
  existsSync(path) &&
  !["stages", RECORD_FILE, MANIFEST_FILE].some((name) => existsSync(join(path, name)));

/**
 * What the run in `folder` has found out. A record that was copied out of a run is read as it is.
 *
 * @throws CnntargzError `config` when the folder holds no finished run, naming what is missing;
 * `artifact` or ContractError when its record can not be read.
 */
export function readRecord(folder: string): RunRecord {
  const path = join(folder, RECORD_FILE);
  const isUnfinished = !isRunDirectory(folder) && existsSync(join(folder, "stages"));
  if (!existsSync(path) || isUnfinished) {
    throw new CnntargzError("config", `${folder} can not be reported: ${whyNoRecord(folder)}`);
  }
  return readRecorded(path, RunRecord);
}
