import { CnntargzError, FULL_WIDTH, LAYERS } from "@cnntargz/contracts";

import { FRAGMENT_PIXELS, FRAGMENT_WIDTH, windowStride } from "./fragment.js";
import { IMAGE_BYTES, isPixelSet } from "./image.js";
import type { ToyDataset } from "./toy-dataset.js";

/** One event, unpacked for showing. Rows are layers, innermost first. */
export interface EventView {
  /** Number of the event in its dataset. */
  readonly event: number;
  /** What it is, in words: pT, eta and charge, or background. */
  readonly title: string;
  /** Set pixels 0..383 of each layer. */
  readonly hits: readonly (readonly number[])[];
  /** Left edge of the chosen window in pixels; null for imported 9x16 images. */
  readonly windowStart: number | null;
  /** 9x16 image, in units of 1/2. */
  readonly pixels: readonly (readonly number[])[];
}

function titleOf(dataset: ToyDataset, row: number): string {
  if (dataset.isMuon[row] !== 1) return "background";
  const ptGeV = dataset.labels[2 * row]!.toFixed(2);
  const eta = dataset.labels[2 * row + 1]!.toFixed(3);
  const charge = dataset.charge[row]!;
  const sign = charge === 0 ? "" : `, charge ${charge > 0 ? "+1" : "-1"}`;
  return `muon of pT ${ptGeV} GeV, eta ${eta}${sign}`;
}

/**
 * Unpack row `row` of a dataset.
 *
 * @throws CnntargzError `config` when there is no such row.
 */
export function viewEvent(dataset: ToyDataset, row: number): EventView {
  if (!(Number.isInteger(row) && row >= 0 && row < dataset.count)) {
    throw new CnntargzError(
      "config",
      `event ${row} is asked for, there are events 0 .. ${dataset.count - 1}`,
    );
  }
  const layers = Array.from({ length: LAYERS }, (_, layer) => layer);
  const columns = Array.from({ length: FULL_WIDTH }, (_, x) => x);
  const event = dataset.firstEvent + row;
  const isPlaced = dataset.config.windows !== "none";
  return {
    event,
    title: `event ${event}: ${titleOf(dataset, row)}`,
    hits: layers.map((layer) =>
      columns.filter((x) => isPixelSet(dataset.images, row * IMAGE_BYTES, layer, x)),
    ),
    windowStart: isPlaced ? dataset.window[row]! * windowStride(dataset.config) : null,
    pixels: layers.map((layer) => {
      const start = row * FRAGMENT_PIXELS + layer * FRAGMENT_WIDTH;
      return [...dataset.pixels.subarray(start, start + FRAGMENT_WIDTH)];
    }),
  };
}
