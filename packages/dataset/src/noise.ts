import { type DatasetConfig, FULL_WIDTH, LAYERS } from "@cnntargz/contracts";

import type { EventWords } from "./event-words.js";

/** Draws the noise of one event into the bit-packed image at byte `offset`. */
export type Noise = (images: Uint8Array, offset: number, words: EventWords) => void;

/** Set each pixel `first .. end - 1` with probability 1 - exp(`logMiss`), by geometric gaps between hits. */
function drawHits(
  images: Uint8Array,
  offset: number,
  first: number,
  end: number,
  logMiss: number,
  words: EventWords,
): void {
  // A gap of floor(log(u) / log(1 - p)) pixels, u in (0, 1), is geometric.
  let pixel = first + Math.floor(Math.log(words.open()) / logMiss);
  while (pixel < end) {
    images[offset + (pixel >> 3)]! |= 0x80 >> (pixel & 7);
    pixel += 1 + Math.floor(Math.log(words.open()) / logMiss);
  }
}

/**
 * The noise of a configuration: `noisePerPixel`, times a factor per layer, times a factor per event
 * that is log-uniform in [1 / noiseEventSpread, noiseEventSpread].
 */
export function noiseOf(config: DatasetConfig): Noise {
  const { noisePerPixel, noiseLayerFactors, noiseEventSpread } = config;
  if (noisePerPixel === 0) return () => undefined;
  const logSpread = Math.log(noiseEventSpread);
  const factors = noiseLayerFactors ?? [1];
  const rowPixels = (LAYERS * FULL_WIDTH) / factors.length;
  // One noise for all events needs its logarithms once.
  const logMisses = factors.map((factor) => Math.log1p(-noisePerPixel * factor));
  return (images, offset, words) => {
    const scale = logSpread === 0 ? 1 : Math.exp(logSpread * (2 * words.uniform() - 1));
    for (let row = 0; row < factors.length; row++) {
      if (factors[row] === 0) continue;
      const logMiss =
        scale === 1
          ? logMisses[row]!
          : Math.log1p(-Math.min(1, noisePerPixel * factors[row]! * scale));
      drawHits(images, offset, row * rowPixels, (row + 1) * rowPixels, logMiss, words);
    }
  };
}
