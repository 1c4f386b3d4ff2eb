import { FRAGMENT_PIXELS } from "./fragment.js";
import { IMAGE_BYTES } from "./image.js";

/** Version of the file layout below; readers refuse newer ones. */
export const SCHEMA_VERSION = 1;

/** One stored array. */
interface ArrayLayout {
  readonly field: string;
  /** Path in the HDF5 file. */
  readonly path: string;
  /** Element type in h5wasm's notation, little-endian. */
  readonly dtype: string;
  /** Columns of a two-dimensional array; null for one value per event. */
  readonly columns: number | null;
  readonly make: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;
}
/** Elements of a stored array. */
export type TypedArray = Uint8Array | Int8Array | Uint16Array | Float32Array;

/** Every array of a dataset file, in the order in which it is written and digested. */
export const STORED_ARRAYS = [
  { field: "images", path: "images", dtype: "<B", columns: IMAGE_BYTES, make: Uint8Array },
  { field: "window", path: "window", dtype: "<B", columns: null, make: Uint8Array },
  { field: "pixels", path: "pixels", dtype: "<B", columns: FRAGMENT_PIXELS, make: Uint8Array },
  { field: "labels", path: "labels", dtype: "<f", columns: 2, make: Float32Array },
  { field: "isMuon", path: "is_muon", dtype: "<B", columns: null, make: Uint8Array },
  { field: "charge", path: "truth/charge", dtype: "<b", columns: null, make: Int8Array },
  { field: "x0", path: "truth/x0", dtype: "<f", columns: null, make: Float32Array },
  { field: "bendScale", path: "truth/bend_scale", dtype: "<f", columns: null, make: Float32Array },
  { field: "layersHit", path: "truth/layers_hit", dtype: "<H", columns: null, make: Uint16Array },
] as const satisfies readonly ArrayLayout[];
export type StoredArray = (typeof STORED_ARRAYS)[number];

/** Bytes of one event over all arrays. */
export const EVENT_BYTES = STORED_ARRAYS.reduce(
  (sum, { make, columns }) => sum + make.BYTES_PER_ELEMENT * (columns ?? 1),
  0,
);

/** Shape of a stored array of `count` events. */
export function shapeOf(array: StoredArray, count: number): number[] {
  return array.columns === null ? [count] : [count, array.columns];
}
