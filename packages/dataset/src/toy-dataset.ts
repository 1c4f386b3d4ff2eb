import { CnntargzError, type DatasetConfig } from "@cnntargz/contracts";

import { FRAGMENT_PIXELS } from "./fragment.js";
import { IMAGE_BYTES } from "./image.js";

/**
 * Toy events in memory, N = `count`, event i in row i of each array. Row 0 of an image is the
 * innermost RPC layer; pixel x covers eta from 1.05 x / 384 on.
 */
export interface ToyDataset {
  /** How the events were made, defaults filled in. */
  readonly config: DatasetConfig;
  /** Number of events held here; `config.events` unless this is a range of a larger set. */
  readonly count: number;
  /** (N, 432): 9x384 bits, row by row, most significant bit first (`numpy.unpackbits` order). */
  readonly images: Uint8Array;
  /** (N): the window that fragmentation chose, 0..11. */
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
  /** (N): bit l is set when the muon (not noise) left a pixel in layer l, 0 = innermost. */
  readonly layersHit: Uint16Array;
}

/** Consecutive events `start .. start + count - 1`. */
export interface EventRange {
  readonly start: number;
  readonly count: number;
}

/**
 * A dataset of `count` empty events.
 *
 * @throws CnntargzError `config` when there is not enough memory for its arrays.
 */
export function allocateDataset(config: DatasetConfig, count: number): ToyDataset {
  try {
    return {
      config,
      count,
      images: new Uint8Array(count * IMAGE_BYTES),
      window: new Uint8Array(count),
      pixels: new Uint8Array(count * FRAGMENT_PIXELS),
      labels: new Float32Array(count * 2),
      isMuon: new Uint8Array(count),
      charge: new Int8Array(count),
      x0: new Float32Array(count),
      layersHit: new Uint16Array(count),
    };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const bytes = count * (IMAGE_BYTES + FRAGMENT_PIXELS + 17);
    throw new CnntargzError(
      "config",
      `${count} events need ${(bytes / 2 ** 30).toFixed(1)} GiB of memory, which this process can not get: ` +
        "lower events, or make ranges of them one after the other (generateRange)",
      { cause },
    );
  }
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
