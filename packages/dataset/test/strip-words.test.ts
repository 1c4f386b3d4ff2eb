import { generateDataset, isPixelSet, STRIP_WORDS, stripWords } from "@cnntargz/dataset";
import { expect, test } from "vitest";

import { contextOf } from "./events.js";

test("bit i of word k of a layer is strip 32 k + i", () => {
  const dataset = generateDataset({ events: 20, seed: 4, noisePerPixel: 0.05 }, contextOf(4));
  const words = stripWords(dataset, { start: 5, count: 10 });
  expect(words).toHaveLength(10 * STRIP_WORDS);
  let set = 0;
  for (let event = 0; event < 10; event += 1) {
    for (let layer = 0; layer < 9; layer += 1) {
      for (let strip = 0; strip < 384; strip += 1) {
        const word = words[event * STRIP_WORDS + layer * 12 + Math.floor(strip / 32)]!;
        const bit = Math.floor(word / 2 ** (strip % 32)) % 2 === 1;
        expect(bit).toBe(isPixelSet(dataset.images, (5 + event) * 432, layer, strip));
        set += Number(bit);
      }
    }
  }
  expect(set).toBeGreaterThan(1000);
});

test("a range outside the dataset is refused", () => {
  const dataset = generateDataset({ events: 3, seed: 4 }, contextOf(4));
  expect(() => stripWords(dataset, { start: 2, count: 2 })).toThrow(/stripWords/);
});
