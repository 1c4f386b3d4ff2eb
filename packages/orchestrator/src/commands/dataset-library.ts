// What the dataset commands load when they run, so that `--help` does not wait for it.
import { DatasetFile } from "@cnntargz/dataset";

import { assertRecorded } from "../recorded-digest.js";

export {
  checkDigest,
  DatasetDescriber,
  DatasetSummary,
  eventSvg,
  eventText,
  exportNpz,
  generateToFile,
  importDataset,
  viewEvent,
} from "@cnntargz/dataset";
export { writeFileAtomic } from "@cnntargz/stage-kit";

/** Open a dataset's file; that of a run must be as the run wrote it. */
export function openDataset(path: string): Promise<DatasetFile> {
  assertRecorded(path);
  return DatasetFile.open(path);
}
