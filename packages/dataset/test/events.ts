import type { DatasetConfigInput, StageContext } from "@cnntargz/contracts";
import { generateDataset, isPixelSet, type ToyDataset } from "@cnntargz/dataset";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

/** A context that draws from the stream of `seed`. */
export function contextOf(seed: number): StageContext {
  return { rng: createRng(deriveKey(seed, "dataset")) };
}

/** A dataset of seed 1 unless told otherwise. */
export function make(config: Omit<DatasetConfigInput, "seed">, seed = 1): ToyDataset {
  return generateDataset({ ...config, seed }, contextOf(seed));
}

/** Pixels x that are set in a layer of an event, by looking at each. */
export function hitsOf(dataset: ToyDataset, event: number, layer: number): number[] {
  const hits: number[] = [];
  for (let x = 0; x < 384; x++) if (isPixelSet(dataset.images, event * 432, layer, x)) hits.push(x);
  return hits;
}

/** How many standard deviations `passed` of `total` is away from probability `p`. */
export function pull(passed: number, total: number, p: number): number {
  return (passed - total * p) / Math.sqrt(total * p * (1 - p));
}

/** Chi-squared of counts that should all be equal, less its expectation, in standard deviations. */
export function uniformityPull(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const expected = total / counts.length;
  const chi2 = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const degrees = counts.length - 1;
  return (chi2 - degrees) / Math.sqrt(2 * degrees);
}

/** Names of the arrays in which `part` differs from `whole` from event `start` on. */
export function differingFields(part: ToyDataset, whole: ToyDataset, start: number): string[] {
  const perEvent = {
    images: 432,
    window: 1,
    pixels: 144,
    labels: 2,
    isMuon: 1,
    charge: 1,
    x0: 1,
    bendScale: 1,
    layersHit: 1,
  };
  const bytes = ({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView) =>
    Buffer.from(buffer, byteOffset, byteLength);
  return Object.entries(perEvent)
    .filter(([name, size]) => {
      const field = name as keyof typeof perEvent;
      const rows = whole[field].subarray(size * start, size * (start + part.count));
      return !bytes(part[field]).equals(bytes(rows));
    })
    .map(([name]) => name);
}
