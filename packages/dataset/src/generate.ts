import {
  CnntargzError,
  DatasetConfig,
  type DatasetConfigInput,
  ETA_MAX,
  FULL_WIDTH,
  LAYERS,
  parseContract,
  type Rng,
  type StageContext,
} from "@cnntargz/contracts";

import { FRAGMENT_PIXELS, fragmentImage } from "./fragment.js";
import { IMAGE_BYTES, IMAGE_PIXELS, setPixel } from "./image.js";
import { allocateDataset, checkRange, type EventRange, type ToyDataset } from "./toy-dataset.js";
import { straightX, trackX } from "./track.js";

/** Events between two looks at the abort signal. */
const BLOCK = 8192;
const TWO_TO_32 = 0x100000000;

/** The random words of one event after the other: word n of event i is word n % 4 of block (n / 4, i). */
class EventWords {
  private readonly rng: Rng;
  private readonly words = new Uint32Array(4);
  private event = 0;
  private drawn = 0;
  constructor(rng: Rng) {
    this.rng = rng;
  }
  begin(event: number): void {
    this.event = event;
    this.drawn = 0;
  }
  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number {
    const word = this.drawn & 3;
    if (word === 0) this.rng.block(this.drawn >>> 2, this.event, this.words);
    this.drawn++;
    return this.words[word]! / TWO_TO_32;
  }
}

/** Draw the muon's hits into row `row`; returns nothing, sets labels and truth. */
function drawMuon(dataset: ToyDataset, row: number, words: EventWords): void {
  const { config, images } = dataset;
  const ptGeV = config.ptMinGeV + (config.ptMaxGeV - config.ptMinGeV) * words.uniform();
  const eta = ETA_MAX * words.uniform();
  const charge = words.uniform() < 0.5 ? -1 : 1;
  const x0 = straightX(eta);
  let layersHit = 0;
  for (let layer = 0; layer < LAYERS; layer++) {
    const isSeen = words.uniform() < config.efficiency;
    const isPair = words.uniform() < config.clusterProbability;
    if (!isSeen) continue;
    const x = trackX(x0, charge, ptGeV, layer, config.bendPxGeV);
    const pixel = Math.floor(x);
    const neighbour = x - pixel < 0.5 ? pixel - 1 : pixel + 1;
    if (pixel >= 0 && pixel < FULL_WIDTH) {
      setPixel(images, row * IMAGE_BYTES, layer, pixel);
      layersHit |= 1 << layer;
    }
    if (isPair && neighbour >= 0 && neighbour < FULL_WIDTH) {
      setPixel(images, row * IMAGE_BYTES, layer, neighbour);
      layersHit |= 1 << layer;
    }
  }
  dataset.isMuon[row] = 1;
  dataset.charge[row] = charge;
  dataset.x0[row] = x0;
  dataset.layersHit[row] = layersHit;
  dataset.labels[2 * row] = ptGeV;
  dataset.labels[2 * row + 1] = eta;
}

/** Set each pixel of row `row` with the noise probability, by geometric gaps between hits. */
function drawNoise(dataset: ToyDataset, row: number, words: EventWords): void {
  const probability = dataset.config.noisePerPixel;
  if (probability === 0) return;
  const logMiss = Math.log1p(-probability);
  // The gap before a hit is geometric: floor(log(u) / log(1 - p)) with u in (0, 1).
  const gap = (): number => Math.floor(Math.log(words.uniform() + 0.5 / TWO_TO_32) / logMiss);
  for (let pixel = gap(); pixel < IMAGE_PIXELS; pixel += 1 + gap()) {
    dataset.images[row * IMAGE_BYTES + (pixel >> 3)]! |= 0x80 >> (pixel & 7);
  }
}

function resolve(input: DatasetConfigInput): DatasetConfig {
  const config = parseContract(DatasetConfig, input, "dataset config");
  if (config.ptMinGeV > config.ptMaxGeV) {
    throw new CnntargzError(
      "config",
      `ptMinGeV is ${config.ptMinGeV} and ptMaxGeV is ${config.ptMaxGeV}: the lower edge must not be above the upper`,
    );
  }
  return config;
}

/**
 * Generate the events `range` of the dataset that `input` describes. Event i is a pure function of
 * (key of `context.rng`, config, i): ranges put together are the same bytes as one whole.
 *
 * Muons: pT uniform in [ptMinGeV, ptMaxGeV), eta uniform in [0, 1.05), both charges equally, a hit
 * in layer l with probability `efficiency` at pixel floor(x_l), x_l = x0 + q K g_l / pT, and in
 * the neighbour on the nearer side with `clusterProbability`. Hits outside 0..383 are lost. Noise
 * is added to every event, muon or background.
 *
 * @throws ContractError or CnntargzError `config` when a field or the range is not valid or memory
 * does not suffice; the signal's reason when aborted.
 */
export function generateRange(
  input: DatasetConfigInput,
  range: EventRange,
  context: StageContext,
): ToyDataset {
  const config = resolve(input);
  checkRange(range, config.events, "dataset");
  const dataset = allocateDataset(config, range.count);
  const words = new EventWords(context.rng.derive("events"));
  for (let row = 0; row < range.count; row++) {
    if (row % BLOCK === 0) {
      context.signal?.throwIfAborted();
      context.onProgress?.({ task: "dataset: generate", fraction: row / range.count });
    }
    words.begin(range.start + row);
    if (words.uniform() >= config.backgroundFraction) drawMuon(dataset, row, words);
    drawNoise(dataset, row, words);
    dataset.window[row] = fragmentImage(
      dataset.images,
      row * IMAGE_BYTES,
      dataset.pixels,
      row * FRAGMENT_PIXELS,
    );
  }
  context.onProgress?.({ task: "dataset: generate", fraction: 1 });
  return dataset;
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
