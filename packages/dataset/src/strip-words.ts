import { FULL_WIDTH, LAYERS } from "@cnntargz/contracts";

import { IMAGE_BYTES } from "./image.js";
import { checkHasImages, checkRange, type EventRange, type ToyDataset } from "./toy-dataset.js";

/** Strips of one word, the lowest strip in bit 0. */
const WORD_STRIPS = 32;
/** Words of one 9x384 image: 12 for each of 9 layers. */
export const STRIP_WORDS = (LAYERS * FULL_WIDTH) / WORD_STRIPS;

/** A byte with its bits in reverse: images have the leftmost strip in the highest bit. */
const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit += 1) if (byte & (1 << bit)) reversed |= 0x80 >> bit;
  return reversed;
});

/**
 * The strips of events as a fragmenter in firmware takes them: (count, 9, 12) words of 32 strips, layer
 * by layer, strip 32 k + i of a layer in bit i of its word k.
 *
 * @throws CnntargzError `config` when the range leaves the dataset or it has no 9x384 images.
 */
export function stripWords(dataset: ToyDataset, range: EventRange): Float64Array {
  checkRange(range, dataset.count, "stripWords");
  checkHasImages(dataset.config, "stripWords");
  const { images } = dataset;
  const words = new Float64Array(range.count * STRIP_WORDS);
  let at = range.start * IMAGE_BYTES;
  for (let word = 0; word < words.length; word += 1, at += 4) {
    const low = REVERSED[images[at]!]! | (REVERSED[images[at + 1]!]! << 8);
    const high = REVERSED[images[at + 2]!]! | (REVERSED[images[at + 3]!]! << 8);
    words[word] = low + high * 2 ** 16;
  }
  return words;
}
