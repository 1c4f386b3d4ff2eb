import { FULL_WIDTH, LAYERS } from "@cnntargz/contracts";

import { WINDOW_WIDTH } from "./fragment.js";
import { BITS_SET, IMAGE_BYTES, ROW_BYTES } from "./image.js";
import type { ToyDataset } from "./toy-dataset.js";
import { trackX } from "./track.js";

/** What fragmentation leaves of the muons of one pT bin. */
export interface KeptLayers {
  /** True pT range [low, high) in GeV; the last bin includes its upper edge. */
  readonly ptLowGeV: number;
  readonly ptHighGeV: number;
  readonly muons: number;
  /** Mean number of layers (of 9, seen or not) that the track crosses inside the chosen window; null without muons. */
  readonly meanLayersKept: number | null;
  /** Fraction of muons that cross all 9 layers inside the chosen window; null without muons. */
  readonly allKept: number | null;
}

/** What a dataset holds, for a reader or a report. */
export interface DatasetDescription {
  readonly events: number;
  readonly muons: number;
  readonly positiveMuons: number;
  readonly background: number;
  /** Mean number of hits (set pixels) of an image. */
  readonly meanHits: number;
  /** Fraction of set pixels in each layer, innermost first, over all events. */
  readonly layerOccupancy: readonly number[];
  /** Fraction of muons that left a pixel in each layer. */
  readonly layerEfficiency: readonly number[];
  readonly keptLayers: readonly KeptLayers[];
}

const mean = (sum: number, count: number): number => (count === 0 ? 0 : sum / count);

function occupancy(dataset: ToyDataset): number[] {
  const hits = new Array<number>(LAYERS).fill(0);
  for (let event = 0; event < dataset.count; event++) {
    for (let layer = 0; layer < LAYERS; layer++) {
      const start = event * IMAGE_BYTES + layer * ROW_BYTES;
      let count = 0;
      for (let byte = start; byte < start + ROW_BYTES; byte++)
        count += BITS_SET[dataset.images[byte]!]!;
      hits[layer]! += count;
    }
  }
  return hits.map((count) => mean(count, dataset.count * FULL_WIDTH));
}

/** Layers that muon `event` crosses inside its window. */
function layersInWindow(dataset: ToyDataset, event: number): number {
  const { config, window, x0, charge, labels } = dataset;
  const low = WINDOW_WIDTH * window[event]!;
  let inside = 0;
  for (let layer = 0; layer < LAYERS; layer++) {
    const x = trackX(x0[event]!, charge[event]!, labels[2 * event]!, layer, config.bendPxGeV);
    if (x >= low && x < low + WINDOW_WIDTH) inside++;
  }
  return inside;
}

function keptLayers(dataset: ToyDataset, bins: number): KeptLayers[] {
  const { ptMinGeV, ptMaxGeV } = dataset.config;
  const size = (ptMaxGeV - ptMinGeV) / bins;
  const muons = new Float64Array(bins);
  const layers = new Float64Array(bins);
  const whole = new Float64Array(bins);
  for (let event = 0; event < dataset.count; event++) {
    if (dataset.isMuon[event] !== 1) continue;
    const position = size === 0 ? 0 : Math.floor((dataset.labels[2 * event]! - ptMinGeV) / size);
    // Labels are float32 and may have been rounded over either edge.
    const bin = Math.max(0, Math.min(position, bins - 1));
    const inside = layersInWindow(dataset, event);
    muons[bin]!++;
    layers[bin]! += inside;
    if (inside === LAYERS) whole[bin]!++;
  }
  return Array.from(muons, (count, bin) => ({
    ptLowGeV: ptMinGeV + bin * size,
    ptHighGeV: bin === bins - 1 ? ptMaxGeV : ptMinGeV + (bin + 1) * size,
    muons: count,
    meanLayersKept: count === 0 ? null : layers[bin]! / count,
    allKept: count === 0 ? null : whole[bin]! / count,
  }));
}

/**
 * Count what a dataset holds, and what fragmentation costs its muons in `ptBins` equal bins of true
 * pT between the configured edges.
 */
export function describeDataset(dataset: ToyDataset, ptBins = 17): DatasetDescription {
  let muons = 0;
  let positiveMuons = 0;
  const seen = new Array<number>(LAYERS).fill(0);
  for (let event = 0; event < dataset.count; event++) {
    if (dataset.isMuon[event] !== 1) continue;
    muons++;
    if (dataset.charge[event] === 1) positiveMuons++;
    for (let layer = 0; layer < LAYERS; layer++)
      seen[layer]! += (dataset.layersHit[event]! >> layer) & 1;
  }
  const layerOccupancy = occupancy(dataset);
  return {
    events: dataset.count,
    muons,
    positiveMuons,
    background: dataset.count - muons,
    meanHits: layerOccupancy.reduce((sum, fraction) => sum + fraction * FULL_WIDTH, 0),
    layerOccupancy,
    layerEfficiency: seen.map((count) => mean(count, muons)),
    keptLayers: keptLayers(dataset, ptBins),
  };
}
