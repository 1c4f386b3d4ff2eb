import { FULL_WIDTH, LAYERS } from "@cnntargz/contracts";

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

/** Set bits of the four pixel pairs of each byte, leftmost pair first. */
const PAIR_SUMS = Uint8Array.from({ length: 256 * 4 }, (_, index) => {
  const pair = ((index >> 2) >> (6 - 2 * (index & 3))) & 3;
  return BITS_SET[pair]!;
});

/**
 * The window that fragmentation keeps: of the 12 disjoint windows of 9x32 pixels, the one with the
 * most non-empty pixels, the lowest index on a tie (so window 0 for an empty image).
 *
 * @param images bit-packed images, see `ToyDataset.images`.
 * @param offset byte at which the image begins.
 * @returns 0..11; window w holds pixels x of 32 w .. 32 w + 31.
 */
export function chooseWindow(images: Uint8Array, offset = 0): number {
  let best = 0;
  let bestCount = -1;
  for (let window = 0; window < WINDOWS; window++) {
    let count = 0;
    for (let layer = 0; layer < LAYERS; layer++) {
      const start = offset + layer * ROW_BYTES + window * WINDOW_BYTES;
      for (let byte = start; byte < start + WINDOW_BYTES; byte++) count += BITS_SET[images[byte]!]!;
    }
    if (count > bestCount) {
      best = window;
      bestCount = count;
    }
  }
  return best;
}

/**
 * Fragment one image: choose the window ({@link chooseWindow}) and average its pixels over (1, 2)
 * into 9x16.
 *
 * @param images bit-packed images, see `ToyDataset.images`.
 * @param offset byte at which the image begins.
 * @param out receives 144 pixels, row by row, in units of 1/2: 0, 1 or 2.
 * @param outOffset where in `out` they begin.
 * @returns the chosen window.
 */
export function fragmentImage(
  images: Uint8Array,
  offset: number,
  out: Uint8Array,
  outOffset = 0,
): number {
  const window = chooseWindow(images, offset);
  let pixel = outOffset;
  for (let layer = 0; layer < LAYERS; layer++) {
    const start = offset + layer * ROW_BYTES + window * WINDOW_BYTES;
    for (let byte = start; byte < start + WINDOW_BYTES; byte++) {
      const pairs = images[byte]! << 2;
      for (let pair = 0; pair < 4; pair++) out[pixel++] = PAIR_SUMS[pairs | pair]!;
    }
  }
  return window;
}
