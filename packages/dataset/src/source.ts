import {
  type Batch,
  type BatchSource,
  CnntargzError,
  ETA_MAX,
  FixedPointType,
  FULL_WIDTH,
  LAYERS,
  parseContract,
} from "@cnntargz/contracts";

import { FRAGMENT_PIXELS, FRAGMENT_WIDTH, windowStride } from "./fragment.js";
import { IMAGE_BYTES, IMAGE_PIXELS } from "./image.js";
import { etaLocal, isLearnable, labelScaling9x16, labelScaling9x384 } from "./targets.js";
import { checkHasImages, checkRange, type EventRange, type ToyDataset } from "./toy-dataset.js";

/** The type that holds every 9x16 pixel exactly, `ap_ufixed<2,1>`: 0, 0.5 and 1. */
export const inputType9x16: FixedPointType = parseContract(
  FixedPointType,
  { signed: false, width: 2, integer: 1 },
  "inputType9x16",
);
/** The type that holds every 9x384 pixel exactly, `ap_ufixed<1,1>`: 0 and 1. */
export const inputType9x384: FixedPointType = parseContract(
  FixedPointType,
  { signed: false, width: 1, integer: 1 },
  "inputType9x384",
);

/** Float values of the eight pixels of each byte. */
const BYTE_PIXELS = Float32Array.from(
  { length: 256 * 8 },
  (_, index) => ((index >> 3) >> (7 - (index & 7))) & 1,
);

/** The two images of an event: fragmented or whole. */
export type ImageKind = "9x16" | "9x384";
/** Writes event `event` to row `row` of a batch. */
type WriteExample = (event: number, batch: Batch, row: number) => void;

/** Shape of one image. */
export const imageShapes: Readonly<Record<ImageKind, readonly [number, number, number]>> = {
  "9x16": [LAYERS, FRAGMENT_WIDTH, 1],
  "9x384": [LAYERS, FULL_WIDTH, 1],
};

/**
 * A source of `count` examples that `write` writes one by one. A batch's arrays are reused by the next
 * call.
 *
 * @throws CnntargzError `contract` from `batch` for an index outside 0 .. count - 1.
 */
export function gatherSource(
  count: number,
  imageShape: readonly [number, number, number],
  write: WriteExample,
): BatchSource {
  const pixels = imageShape[0] * imageShape[1] * imageShape[2];
  let held: Batch = {
    images: new Float32Array(0),
    targets: new Float32Array(0),
    hasEta: new Uint8Array(0),
    count: 0,
  };
  const batch = (indices: ArrayLike<number>): Batch => {
    const size = indices.length;
    if (held.count !== size) {
      held = {
        images: new Float32Array(size * pixels),
        targets: new Float32Array(size * 2),
        hasEta: new Uint8Array(size),
        count: size,
      };
    }
    for (let row = 0; row < size; row++) {
      const index = indices[row]!;
      if (!(index >= 0 && index < count && Number.isInteger(index))) {
        throw new CnntargzError(
          "contract",
          `batch: index ${index} at position ${row} is not an integer within 0 .. ${count - 1}`,
        );
      }
      write(index, held, row);
    }
    return held;
  };
  return { count, imageShape, batch };
}

/** Writes the image of event `event` to row `row`. */
type WriteImage = (event: number, images: Float32Array, row: number) => void;

function fragmentWriter(dataset: ToyDataset): WriteImage {
  return (event, images, row) => {
    const from = event * FRAGMENT_PIXELS;
    const to = row * FRAGMENT_PIXELS;
    for (let pixel = 0; pixel < FRAGMENT_PIXELS; pixel++) {
      images[to + pixel] = 0.5 * dataset.pixels[from + pixel]!;
    }
  };
}

function fullWriter(dataset: ToyDataset): WriteImage {
  return (event, images, row) => {
    const from = event * IMAGE_BYTES;
    const to = row * IMAGE_PIXELS;
    for (let byte = 0; byte < IMAGE_BYTES; byte++) {
      const value = dataset.images[from + byte]! << 3;
      for (let bit = 0; bit < 8; bit++) images[to + 8 * byte + bit] = BYTE_PIXELS[value | bit]!;
    }
  };
}

/** The writer of the examples of a dataset. */
export function exampleWriter(dataset: ToyDataset, kind: ImageKind): WriteExample {
  const stride = windowStride(dataset.config);
  const isFragment = kind === "9x16";
  const { ptScaleGeV } = isFragment ? labelScaling9x16 : labelScaling9x384;
  const writeImage = isFragment ? fragmentWriter(dataset) : fullWriter(dataset);
  /** The eta target of a muon; null when the image holds nothing of it. */
  const etaTarget = (event: number): number | null => {
    if (!isFragment) return dataset.labels[2 * event + 1]! / ETA_MAX;
    const target = etaLocal(dataset.x0[event]!, dataset.window[event]!, stride);
    return isLearnable(target) ? target : null;
  };
  return (event, { images, targets, hasEta }, row) => {
    writeImage(event, images, row);
    const eta = dataset.isMuon[event] === 1 ? etaTarget(event) : null;
    hasEta[row] = eta === null ? 0 : 1;
    targets[2 * row] = dataset.labels[2 * event]! / ptScaleGeV;
    targets[2 * row + 1] = eta ?? 0;
  };
}

function datasetSource(dataset: ToyDataset, range: EventRange, kind: ImageKind): BatchSource {
  const write = exampleWriter(dataset, kind);
  return gatherSource(range.count, imageShapes[kind], (index, batch, row) => {
    write(range.start + index, batch, row);
  });
}

/**
 * The events `range` as 9x16x1 images with pixels 0, 0.5 and 1, and targets
 * [pT / 20 GeV, etaLocal], 0 for background. Eta does not count where noise won the window
 * ({@link isLearnable}). A batch's arrays are reused by the next call.
 *
 * @throws CnntargzError `config` when the range leaves the dataset; `contract` from `batch` for an
 * index outside the range.
 */
export function fragmentedSource(dataset: ToyDataset, range: EventRange): BatchSource {
  checkRange(range, dataset.count, "fragmentedSource");
  return datasetSource(dataset, range, "9x16");
}

/**
 * The events `range` as 9x384x1 images with pixels 0 and 1, and targets [pT / 20 GeV, eta / 1.05],
 * 0 for background. A batch's arrays are reused by the next call.
 *
 * @throws CnntargzError `config` when the range leaves the dataset or the dataset holds no 9x384
 * images; `contract` from `batch` for an index outside the range.
 */
export function fullSource(dataset: ToyDataset, range: EventRange): BatchSource {
  checkRange(range, dataset.count, "fullSource");
  checkHasImages(dataset.config, "fullSource");
  return datasetSource(dataset, range, "9x384");
}

/**
 * The 9x16 images of `range` as integers (count, 9, 16, 1) in units of the least significant bit
 * of {@link inputType9x16}, which is 1/2: what an integer network takes. A copy.
 *
 * @throws CnntargzError `config` when the range leaves the dataset.
 */
export function pixelIntegers(dataset: ToyDataset, range: EventRange): Uint8Array {
  checkRange(range, dataset.count, "pixelIntegers");
  const start = range.start * FRAGMENT_PIXELS;
  return dataset.pixels.slice(start, start + range.count * FRAGMENT_PIXELS);
}
