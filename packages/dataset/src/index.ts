export { datasetDigest, datasetInfo } from "./dataset-info.js";
export { type DatasetDescription, describeDataset, type KeptLayers } from "./describe.js";
export { chooseWindow, fragmentImage, WINDOW_WIDTH, WINDOWS } from "./fragment.js";
export { generateDataset, generateRange } from "./generate.js";
export { isPixelSet } from "./image.js";
export { readDataset } from "./read-dataset.js";
export {
  fragmentedSource,
  fullSource,
  inputType9x16,
  inputType9x384,
  pixelIntegers,
} from "./source.js";
export { splitRanges } from "./split.js";
export { etaLocal, globalEta, labelScaling9x16, labelScaling9x384 } from "./targets.js";
export type { EventRange, ToyDataset } from "./toy-dataset.js";
export { BEND_FRACTIONS, LAYER_RADII_M, straightX, trackX } from "./track.js";
export { writeDataset } from "./write-dataset.js";
