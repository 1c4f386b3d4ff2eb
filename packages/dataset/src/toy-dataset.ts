import { CnntargzError, type DatasetConfig } from "@cnntargz/contracts";

import { EVENT_BYTES, STORED_ARRAYS } from "./layout.js";

/**
 * Toy events in memory, N = `count`, event i in row i of each array. Row 0 of an image is the
 * innermost RPC layer; pixel x covers eta from 1.05 x / 384 on.
 */
export interface ToyDataset {
  /** How the events were made, defaults filled in. */
  readonly config: DatasetConfig;
  /** Index of the first event held here; 0 unless this is a range of a larger set. */
  readonly firstEvent: number;
  /** Number of events held here; `config.events` unless this is a range of a larger set. */
  readonly count: number;
  /** (N, 432): 9x384 bits, row by row, most significant bit first (`numpy.unpackbits` order). */
  readonly images: Uint8Array;
  /** (N): the window that fragmentation chose, 0..11, or 0..22 when they overlap. */
  readonly window: Uint8Array;
  /** (N, 144): the 9x16 image in units of 1/2, values 0..2. */
  readonly pixels: Uint8Array;
  /** (N, 2): [pT in GeV, eta]; [0, 0] for background. */
  readonly labels: Float32Array;
  /** (N): 1 for a muon, 0 for background. */
  readonly isMuon: Uint8Array;
  /** (N): +1 or -1; 0 for background. */
  readonly charge: Int8Array;
  /** (N): where the track would cross with no bend, 384 eta / 1.05, in pixels; 0 for background. */
  readonly x0: Float32Array;
  /** (N): the muon's bend over that of a nominal one, 1 but for preset `calibrated`; 0 for background. */
  readonly bendScale: Float32Array;
  /** (N): bit l is set when the muon (not noise) left a pixel in layer l, 0 = innermost. */
  readonly layersHit: Uint16Array;
}
/** The arrays of a {@link ToyDataset}. */
type Arrays = Omit<ToyDataset, "config" | "firstEvent" | "count">;

/** Consecutive events `start .. start + count - 1`. */
export interface EventRange {
  readonly start: number;
  readonly count: number;
}

/**
 * A dataset of empty events, all its arrays in one buffer: an ArrayBuffer, that can be transferred
 * to another thread, or a SharedArrayBuffer.
 *
 * @throws CnntargzError `config` when there is not enough memory for it.
 */
export function allocateDataset(
  config: DatasetConfig,
  { start, count }: EventRange,
  options: { readonly shared?: boolean } = {},
): ToyDataset {
  // Widest elements first, so that each array begins at a multiple of its element size.
  const order = [...STORED_ARRAYS].sort(
    (a, b) => b.make.BYTES_PER_ELEMENT - a.make.BYTES_PER_ELEMENT,
  );
  const bytes = count * EVENT_BYTES;
  let buffer: ArrayBufferLike;
  try {
    buffer = options.shared === true ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CnntargzError(
      "config",
      `${count} events need ${(bytes / 2 ** 30).toFixed(1)} GiB of memory, which this process can not get: ` +
        "lower events, or write them to a file in blocks (generateToFile)",
      { cause },
    );
  }
  let offset = 0;
  const arrays = Object.fromEntries(
    order.map(({ field, make, columns }) => {
      const array = new make(buffer as ArrayBuffer, offset, count * (columns ?? 1));
      offset += array.byteLength;
      return [field, array];
    }),
  ) as unknown as Arrays;
  return { config, firstEvent: start, count, ...arrays };
}

/** The events `range` of a dataset, on the same memory. */
export function sliceDataset(dataset: ToyDataset, range: EventRange): ToyDataset {
  checkRange(range, dataset.count, "sliceDataset");
  const { start, count } = range;
  const arrays = Object.fromEntries(
    STORED_ARRAYS.map(({ field, columns }) => {
      const size = columns ?? 1;
      return [field, dataset[field].subarray(start * size, (start + count) * size)];
    }),
  ) as unknown as Arrays;
  return { config: dataset.config, firstEvent: dataset.firstEvent + start, count, ...arrays };
}

/** Copy the events of `from` into `to`, from its row `row` on. */
export function copyEvents(from: ToyDataset, to: ToyDataset, row: number): void {
  for (const { field, columns } of STORED_ARRAYS) to[field].set(from[field], row * (columns ?? 1));
}

/**
 * Check that `range` lies within `count` events.
 *
 * @throws CnntargzError `config` when it does not.
 */
export function checkRange(range: EventRange, count: number, what: string): void {
  const { start, count: size } = range;
  const valid = Number.isInteger(start) && Number.isInteger(size) && start >= 0 && size >= 0;
  if (!valid || start + size > count) {
    throw new CnntargzError(
      "config",
      `${what}: events ${start} .. ${start + size - 1} are asked for, there are ${count}: ` +
        "make more events or lower the split",
    );
  }
}

/**
 * Check that a dataset has 9x384 images, which imported 9x16 images lack.
 *
 * @throws CnntargzError `config` when it has none.
 */
export function checkHasImages({ preset, windows }: DatasetConfig, what: string): void {
  if (preset !== "imported" || windows !== "none") return;
  throw new CnntargzError(
    "config",
    `${what}: the dataset was imported from 9x16 images and has no 9x384 ones: import those, or use the 9x16 images`,
  );
}
