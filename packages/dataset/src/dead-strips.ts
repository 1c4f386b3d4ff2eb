import type { DatasetConfig, Rng } from "@cnntargz/contracts";

import { IMAGE_BYTES, IMAGE_PIXELS } from "./image.js";

/**
 * The strips that can fire, as one bit-packed image: all but `deadStrips` and those that
 * `deadStripFraction` draws, each on its own. The same for every event.
 */
export function liveStrips(config: DatasetConfig, rng: Rng): Uint8Array {
  const live = new Uint8Array(IMAGE_BYTES).fill(0xff);
  const kill = (pixel: number): void => {
    live[pixel >> 3]! &= ~(0x80 >> (pixel & 7));
  };
  config.deadStrips.forEach(kill);
  const words = new Uint32Array(4);
  for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
    if (pixel % 4 === 0) rng.block(pixel / 4, 0, words);
    if (words[pixel % 4]! < config.deadStripFraction * 0x100000000) kill(pixel);
  }
  return live;
}
