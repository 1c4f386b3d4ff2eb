export { DatasetFile } from "./dataset-file.js";
export { datasetDigest, datasetInfo, DatasetSummary } from "./dataset-info.js";
export { DatasetWriter } from "./dataset-writer.js";
export {
  DatasetDescriber,
  type DatasetDescription,
  describeDataset,
  type Spectrum,
} from "./describe.js";
export {
  chooseWindow,
  type Fragmentation,
  fragmentImage,
  WINDOW_WIDTH,
  windowCount,
  WINDOWS,
  windowStride,
} from "./fragment.js";
export type { FragmentationLoss, KeptLayers } from "./fragmentation-loss.js";
export { generateDataset, generateRange, rangeGenerator, type RangeGenerator } from "./generate.js";
export { type BlockOptions, generateBlocks } from "./generate-blocks.js";
export { generateToFile, type GenerateToFileOptions } from "./generate-to-file.js";
export { isPixelSet } from "./image.js";
export { checkDigest, readDataset, type ReadOptions } from "./read-dataset.js";
export { resolveConfig } from "./resolve-config.js";
export {
  fragmentedSource,
  fullSource,
  inputType9x16,
  inputType9x384,
  pixelIntegers,
} from "./source.js";
export { splitRanges } from "./split.js";
export { STRIP_WORDS, stripWords } from "./strip-words.js";
export { etaLocal, globalEta, labelScaling9x16, labelScaling9x384 } from "./targets.js";
export { type EventRange, sliceDataset, type ToyDataset } from "./toy-dataset.js";
export {
  BEND_FRACTIONS,
  bendFractions,
  type Crossings,
  crossingsOf,
  helixX,
  LAYER_RADII_M,
  straightX,
  trackX,
} from "./track.js";
export {
  decideWindow,
  type WindowDecision,
  type WindowDecisionTypes,
  windowDecisionTypes,
} from "./window-decision.js";
export { writeDataset } from "./write-dataset.js";
export { exportNpz, type NpzLayout } from "./export-npz.js";
export { fileSource, type FileSourceOptions } from "./file-source.js";
export { importDataset, type ImportOptions, type ImportSources } from "./import-dataset.js";
export type { NpyArray } from "./npy.js";
export { readNpz } from "./npz.js";
export { blockShuffle } from "./shuffle.js";
export { eventSvg } from "./event-svg.js";
export { eventText } from "./event-text.js";
export { type EventView, viewEvent } from "./event-view.js";
