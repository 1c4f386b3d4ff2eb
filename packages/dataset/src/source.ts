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
import { checkRange, type EventRange, type ToyDataset } from "./toy-dataset.js";

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

/** What differs between the two image sizes: how event `event` is written to row `row`. */
interface Layout {
  readonly imageShape: readonly [number, number, number];
  writeImage(event: number, images: Float32Array, row: number): void;
  /** The eta target of a muon; null when the image holds nothing of it. */
  etaTarget(event: number): number | null;
}

function source(dataset: ToyDataset, range: EventRange, layout: Layout, ptScaleGeV: number) {
  const pixels = layout.imageShape[0] * layout.imageShape[1];
  let images = new Float32Array(0);
  let targets = new Float32Array(0);
  let hasEta = new Uint8Array(0);
  const batch = (indices: ArrayLike<number>): Batch => {
    const count = indices.length;
    if (hasEta.length !== count) {
      images = new Float32Array(count * pixels);
      targets = new Float32Array(count * 2);
      hasEta = new Uint8Array(count);
    }
    for (let row = 0; row < count; row++) {
      const index = indices[row]!;
      if (!(index >= 0 && index < range.count && Number.isInteger(index))) {
        throw new CnntargzError(
          "contract",
          `batch: index ${index} at position ${row} is not an integer within 0 .. ${range.count - 1}`,
        );
      }
      const event = range.start + index;
      layout.writeImage(event, images, row);
      const eta = dataset.isMuon[event] === 1 ? layout.etaTarget(event) : null;
      hasEta[row] = eta === null ? 0 : 1;
      targets[2 * row] = dataset.labels[2 * event]! / ptScaleGeV;
      targets[2 * row + 1] = eta ?? 0;
    }
    return { images, targets, hasEta, count };
  };
  return { count: range.count, imageShape: layout.imageShape, batch };
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
  const stride = windowStride(dataset.config);
  const layout: Layout = {
    imageShape: [LAYERS, FRAGMENT_WIDTH, 1],
    writeImage(event, images, row) {
      const from = event * FRAGMENT_PIXELS;
      const to = row * FRAGMENT_PIXELS;
      for (let pixel = 0; pixel < FRAGMENT_PIXELS; pixel++) {
        images[to + pixel] = 0.5 * dataset.pixels[from + pixel]!;
      }
    },
    etaTarget: (event) => {
      const target = etaLocal(dataset.x0[event]!, dataset.window[event]!, stride);
      return isLearnable(target) ? target : null;
    },
  };
  return source(dataset, range, layout, labelScaling9x16.ptScaleGeV);
}

/**
 * The events `range` as 9x384x1 images with pixels 0 and 1, and targets [pT / 20 GeV, eta / 1.05],
 * 0 for background. A batch's arrays are reused by the next call.
 *
 * @throws CnntargzError `config` when the range leaves the dataset; `contract` from `batch` for an
 * index outside the range.
 */
export function fullSource(dataset: ToyDataset, range: EventRange): BatchSource {
  checkRange(range, dataset.count, "fullSource");
  const layout: Layout = {
    imageShape: [LAYERS, FULL_WIDTH, 1],
    writeImage(event, images, row) {
      const from = event * IMAGE_BYTES;
      const to = row * IMAGE_PIXELS;
      for (let byte = 0; byte < IMAGE_BYTES; byte++) {
        const value = dataset.images[from + byte]! << 3;
        for (let bit = 0; bit < 8; bit++) images[to + 8 * byte + bit] = BYTE_PIXELS[value | bit]!;
      }
    },
    etaTarget: (event) => dataset.labels[2 * event + 1]! / ETA_MAX,
  };
  return source(dataset, range, layout, labelScaling9x384.ptScaleGeV);
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
