// What the dataset commands load when they run, so that `--help` does not wait for it.
export {
  checkDigest,
  DatasetDescriber,
  DatasetFile,
  DatasetSummary,
  eventSvg,
  eventText,
  exportNpz,
  generateToFile,
  importDataset,
  viewEvent,
} from "@cnntargz/dataset";
export { writeFileAtomic } from "@cnntargz/stage-kit";
