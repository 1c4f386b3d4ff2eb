import { FRAGMENT_PIXELS } from "./fragment.js";
import { IMAGE_BYTES } from "./image.js";
import type { ToyDataset } from "./toy-dataset.js";

/** Version of the file layout below; readers refuse newer ones. */
export const SCHEMA_VERSION = 1;

/** The typed arrays of a {@link ToyDataset}. */
type ArrayField = Exclude<keyof ToyDataset, "config" | "count">;
/** One stored array. */
export interface StoredArray {
  readonly field: ArrayField;
  /** Path in the HDF5 file. */
  readonly path: string;
  /** Element type in h5wasm's notation, little-endian. */
  readonly dtype: string;
  /** Columns of a two-dimensional array; null for one value per event. */
  readonly columns: number | null;
}

/** Every array of a dataset file, in the order in which it is written and digested. */
export const STORED_ARRAYS: readonly StoredArray[] = [
  { field: "images", path: "images", dtype: "<B", columns: IMAGE_BYTES },
  { field: "window", path: "window", dtype: "<B", columns: null },
  { field: "pixels", path: "pixels", dtype: "<B", columns: FRAGMENT_PIXELS },
  { field: "labels", path: "labels", dtype: "<f", columns: 2 },
  { field: "isMuon", path: "is_muon", dtype: "<B", columns: null },
  { field: "charge", path: "truth/charge", dtype: "<b", columns: null },
  { field: "x0", path: "truth/x0", dtype: "<f", columns: null },
  { field: "layersHit", path: "truth/layers_hit", dtype: "<H", columns: null },
];

/** Shape of a stored array of `count` events. */
export function shapeOf(array: StoredArray, count: number): number[] {
  return array.columns === null ? [count] : [count, array.columns];
}
