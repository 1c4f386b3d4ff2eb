import {
  checkContext,
  type DatasetConfig,
  type DatasetConfigInput,
  type StageContext,
} from "@cnntargz/contracts";

import { liveStrips } from "./dead-strips.js";
import { EventWords } from "./event-words.js";
import { FRAGMENT_PIXELS, fragmentImage } from "./fragment.js";
import { IMAGE_BYTES } from "./image.js";
import { muonOf } from "./muon.js";
import { noiseOf } from "./noise.js";
import { resolveConfig } from "./resolve-config.js";
import { allocateDataset, checkRange, type EventRange, type ToyDataset } from "./toy-dataset.js";

/** Events between two looks at the abort signal. */
const BLOCK = 8192;

/** Makes the events `range` of a dataset; see {@link generateRange}. */
export type RangeGenerator = (range: EventRange) => ToyDataset;

/**
 * A generator of ranges of one dataset, for making it in parts; see {@link generateRange}.
 *
 * @param config with every default filled in (`resolveConfig`).
 */
export function rangeGenerator(config: DatasetConfig, context: StageContext): RangeGenerator {
  checkContext(context, "rangeGenerator");
  const words = new EventWords(context.rng.derive("events"));
  const live = liveStrips(config, context.rng.derive("dead strips"));
  const hasDead = live.some((byte) => byte !== 0xff);
  const drawMuon = muonOf(config, live);
  const drawNoise = noiseOf(config);
  return (range) => {
    checkRange(range, config.events, "dataset");
    const dataset = allocateDataset(config, range);
    const { images, pixels, window } = dataset;
    for (let row = 0; row < range.count; row++) {
      if (row % BLOCK === 0) {
        context.signal?.throwIfAborted();
        context.onProgress?.({ task: "dataset: generate", fraction: row / range.count });
      }
      const offset = row * IMAGE_BYTES;
      words.begin(range.start + row);
      if (words.uniform() >= config.backgroundFraction) drawMuon(dataset, row, words);
      drawNoise(images, offset, words);
      if (hasDead)
        for (let byte = 0; byte < IMAGE_BYTES; byte++) images[offset + byte]! &= live[byte]!;
      window[row] = fragmentImage(images, offset, pixels, row * FRAGMENT_PIXELS, config);
    }
    context.onProgress?.({ task: "dataset: generate", fraction: 1 });
    return dataset;
  };
}

/**
 * Generate the events `range` of the dataset that `input` describes. Event i is a pure function of
 * (key of `context.rng`, config, i): ranges put together are the same bytes as one whole.
 *
 * Muons: pT, eta and charge by the configured spectra, crossing the layers as the preset has it
 * ({@link crossingsOf}). Hits outside 0..383 are lost. Noise is added to every event, muon or
 * background. Dead strips never fire.
 *
 * @throws ContractError or CnntargzError `config` when a field or the range is not valid or memory
 * does not suffice; the signal's reason when aborted.
 */
export function generateRange(
  input: DatasetConfigInput,
  range: EventRange,
  context: StageContext,
): ToyDataset {
  checkContext(context, "generateRange");
  return rangeGenerator(resolveConfig(input), context)(range);
}

/**
 * Generate the whole dataset that `input` describes; see {@link generateRange}.
 *
 * @throws ContractError or CnntargzError `config` when a field is not valid or memory does not
 * suffice; the signal's reason when aborted.
 */
export function generateDataset(input: DatasetConfigInput, context: StageContext): ToyDataset {
  return generateRange(input, { start: 0, count: input.events }, context);
}
