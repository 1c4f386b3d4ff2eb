import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError, RunRecord } from "@cnntargz/contracts";
import { readArtifact } from "@cnntargz/stage-kit";

import { RECORD_FILE } from "./stages/record.js";

/** Why `folder` has no record, and what to do. */
function whyNot(folder: string): string {
  if (!existsSync(folder)) return "there is no such folder; give the folder of a run";
  if (!statSync(folder).isDirectory()) return "it is a file; give the folder of a run";
  if (!existsSync(join(folder, "stages"))) {
    return `it has neither ${RECORD_FILE} nor stages/, so it is no run directory; cnntargz run makes one`;
  }
  return `it has stages/ but no ${RECORD_FILE}, so the run has not ended: start it again with the same configuration and --out ${folder}, it goes on where it was`;
}

/**
 * What the run in `folder` has found out.
 *
 * @throws CnntargzError `config` when the folder holds no finished run, naming what is missing;
 * `artifact` or ContractError when its record can not be read.
 */
export function readRecord(folder: string): RunRecord {
  const path = join(folder, RECORD_FILE);
  if (!existsSync(path)) {
    throw new CnntargzError("config", `${folder} can not be reported: ${whyNot(folder)}`);
  }
  return readArtifact(path, RunRecord);
}
