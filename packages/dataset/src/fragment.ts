import {
  DatasetConfig,
  FULL_WIDTH,
  LAYERS,
  optionsCheck,
  type Pooling,
  z,
} from "@cnntargz/contracts";

import { BITS_SET, ROW_BYTES } from "./image.js";

/** Width in pixels of a fragmentation window. */
export const WINDOW_WIDTH = 32;
/** Disjoint windows of a full image: 384 / 32. */
export const WINDOWS = FULL_WIDTH / WINDOW_WIDTH;
/** Width of the pooled image, 16. */
export const FRAGMENT_WIDTH = WINDOW_WIDTH / 2;
/** Pixels of one 9x16 image. */
export const FRAGMENT_PIXELS = LAYERS * FRAGMENT_WIDTH;

const WINDOW_BYTES = WINDOW_WIDTH / 8;
/** Halves of windows in a full image. */
const HALVES = 2 * WINDOWS;

/** How an image is fragmented; by default 12 disjoint windows and average pooling, as the slides have it. */
export interface Fragmentation {
  readonly windows?: DatasetConfig["windows"];
  readonly pooling?: Pooling;
}

/** A dataset's configuration is a fragmentation, too. */
const configKeys = Object.keys(DatasetConfig.shape) as (keyof DatasetConfig)[];
const checkOptions = optionsCheck<Fragmentation>("fragmentation", {
  ...Object.fromEntries(configKeys.map((key) => [key, z.unknown().optional()])),
  windows: z.enum(["disjoint", "overlapping", "none"]).optional(),
  pooling: z.enum(["average", "or"]).optional(),
});
/** What was found right, as fragmentations come with every event. */
const checked = new WeakSet<Fragmentation>();
const DEFAULT: Fragmentation = {};

/**
 * The fragmentation with its defaults.
 *
 * @throws CnntargzError `config` for an unknown option or value.
 */
export function resolveFragmentation(
  fragmentation: Fragmentation = DEFAULT,
): Required<Fragmentation> {
  if (!checked.has(fragmentation)) {
    checkOptions(fragmentation);
    checked.add(fragmentation);
  }
  const { windows = "disjoint", pooling = "average" } = fragmentation;
  return { windows, pooling };
}

/** Pixels from one window's left edge to the next one's: 32 for disjoint windows, 16 for overlapping ones. */
export function windowStride(fragmentation?: Fragmentation): number {
  return resolveFragmentation(fragmentation).windows === "overlapping"
    ? WINDOW_WIDTH / 2
    : WINDOW_WIDTH;
}

/** Number of windows: 12 disjoint or 23 overlapping ones. */
export function windowCount(fragmentation?: Fragmentation): number {
  return (FULL_WIDTH - WINDOW_WIDTH) / windowStride(fragmentation) + 1;
}

/** The four pixel pairs of each byte, leftmost first, in units of 1/2: their sums, or 2 if any is set. */
const PAIRS = {
  average: Uint8Array.from({ length: 256 * 4 }, (_, index) => BITS_SET[pairOf(index)]!),
  or: Uint8Array.from({ length: 256 * 4 }, (_, index) => (pairOf(index) === 0 ? 0 : 2)),
};
function pairOf(index: number): number {
  return ((index >> 2) >> (6 - 2 * (index & 3))) & 3;
}

/** Hits of each 9x16 half window, kept between calls. */
const halves = new Uint16Array(HALVES);

/**
 * The window that fragmentation keeps: the one with the most non-empty pixels, the lowest index on
 * a tie (so window 0 for an empty image).
 *
 * @param images bit-packed images, see `ToyDataset.images`.
 * @param offset byte at which the image begins.
 * @returns 0..11, or 0..22 for overlapping windows; window w begins at pixel w * {@link windowStride}.
 */
export function chooseWindow(
  images: Uint8Array,
  offset = 0,
  fragmentation?: Fragmentation,
): number {
  const { windows } = resolveFragmentation(fragmentation);
  halves.fill(0);
  let at = offset;
  for (let layer = 0; layer < LAYERS; layer++) {
    for (let half = 0; half < HALVES; half++) {
      halves[half]! += BITS_SET[images[at]!]! + BITS_SET[images[at + 1]!]!;
      at += 2;
    }
  }
  const step = windows === "overlapping" ? 1 : 2;
  let best = 0;
  let bestCount = -1;
  for (let half = 0; half < HALVES - 1; half += step) {
    const count = halves[half]! + halves[half + 1]!;
    if (count > bestCount) {
      best = half;
      bestCount = count;
    }
  }
  return best / step;
}

/**
 * Fragment one image: choose the window ({@link chooseWindow}) and pool its pixels over (1, 2)
 * into 9x16.
 *
 * @param images bit-packed images, see `ToyDataset.images`.
 * @param offset byte at which the image begins.
 * @param out receives 144 pixels, row by row, in units of 1/2: 0, 1 or 2; with OR pooling 0 or 2.
 * @param outOffset where in `out` they begin.
 * @returns the chosen window.
 */
export function fragmentImage(
  images: Uint8Array,
  offset: number,
  out: Uint8Array,
  outOffset = 0,
  fragmentation?: Fragmentation,
): number {
  const window = chooseWindow(images, offset, fragmentation);
  const table = PAIRS[resolveFragmentation(fragmentation).pooling];
  const firstByte = (window * windowStride(fragmentation)) / 8;
  let pixel = outOffset;
  for (let layer = 0; layer < LAYERS; layer++) {
    const start = offset + layer * ROW_BYTES + firstByte;
    for (let byte = start; byte < start + WINDOW_BYTES; byte++) {
      const pairs = images[byte]! << 2;
      for (let pair = 0; pair < 4; pair++) out[pixel++] = table[pairs | pair]!;
    }
  }
  return window;
}
