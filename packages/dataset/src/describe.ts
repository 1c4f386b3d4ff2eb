import {
  type DatasetConfig,
  ETA_MAX,
  FULL_WIDTH,
  LAYERS,
  Pooling,
  WindowChoice,
} from "@cnntargz/contracts";

import { type FragmentationLoss, type KeptLayers, LossCounter } from "./fragmentation-loss.js";
import { BITS_SET, IMAGE_BYTES, ROW_BYTES } from "./image.js";
import type { ToyDataset } from "./toy-dataset.js";
import { crossingsOf } from "./track.js";

/** A histogram with bins of equal width; values outside count in the nearest bin. */
export interface Spectrum {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/** What a dataset holds, for a reader or a report. What nobody knows of imported events is null. */
export interface DatasetDescription {
  readonly events: number;
  readonly muons: number;
  /** Muons of charge +1; null for imported events. */
  readonly positiveMuons: number | null;
  readonly background: number;
  /** Mean number of hits (set pixels) of an image; null without 9x384 images. */
  readonly meanHits: number | null;
  /** Fraction of set pixels in each layer, innermost first, over all events; null without 9x384 images. */
  readonly layerOccupancy: readonly number[] | null;
  /** Fraction of muons that left a pixel in each layer; null for imported events. */
  readonly layerEfficiency: readonly number[] | null;
  /** True pT of the muons, in GeV. */
  readonly ptSpectrum: Spectrum;
  /** Eta of the muons. */
  readonly etaSpectrum: Spectrum;
  /** What the dataset's own choice of windows keeps of the muons; null for imported events. */
  readonly keptLayers: readonly KeptLayers[] | null;
  /** What each choice of windows and pooling would keep; null without 9x384 images. */
  readonly fragmentation: readonly FragmentationLoss[] | null;
}

const mean = (sum: number, count: number): number => (count === 0 ? 0 : sum / count);
const ETA_BINS = 21;

class Histogram implements Spectrum {
  readonly low: number;
  readonly high: number;
  readonly counts: number[];
  constructor(low: number, high: number, bins: number) {
    this.low = low;
    this.high = high;
    this.counts = new Array<number>(bins).fill(0);
  }
  add(value: number): void {
    const { low, high, counts } = this;
    const bin = high === low ? 0 : Math.floor(((value - low) / (high - low)) * counts.length);
    counts[Math.max(0, Math.min(bin, counts.length - 1))]!++;
  }
}

/** Describes a dataset that comes in parts. */
export class DatasetDescriber {
  private readonly config: DatasetConfig;
  private readonly counters: readonly LossCounter[];
  private readonly pt: Histogram;
  private readonly eta: Histogram;
  private readonly hits = new Array<number>(LAYERS).fill(0);
  private readonly seen = new Array<number>(LAYERS).fill(0);
  private readonly x = new Float64Array(LAYERS);
  private readonly crossings;
  private events = 0;
  private muons = 0;
  private positiveMuons = 0;

  constructor(config: DatasetConfig, ptBins = 17) {
    const { ptMinGeV, ptMaxGeV } = config;
    this.config = config;
    this.counters = WindowChoice.options.map(
      (windows) => new LossCounter(windows, ptMinGeV, ptMaxGeV, ptBins),
    );
    this.pt = new Histogram(ptMinGeV, ptMaxGeV, ptBins);
    this.eta = new Histogram(config.etaMin, config.etaMax, ETA_BINS);
    this.crossings = crossingsOf(config);
  }

  /** Count the next events. */
  add(part: ToyDataset): void {
    for (let row = 0; row < part.count; row++) {
      for (let layer = 0; layer < LAYERS; layer++) {
        const start = row * IMAGE_BYTES + layer * ROW_BYTES;
        let count = 0;
        for (let byte = start; byte < start + ROW_BYTES; byte++)
          count += BITS_SET[part.images[byte]!]!;
        this.hits[layer]! += count;
      }
      const track = this.addMuon(part, row);
      for (const counter of this.counters) counter.add(part, row, track);
    }
    this.events += part.count;
  }

  /** Count event `row` if it is a muon; returns where it crosses the layers, null if not known. */
  private addMuon(part: ToyDataset, row: number): Float64Array | null {
    if (part.isMuon[row] !== 1) return null;
    const { labels, layersHit, bendScale, x0 } = part;
    const charge = part.charge[row]!;
    this.muons++;
    if (charge === 1) this.positiveMuons++;
    this.pt.add(labels[2 * row]!);
    this.eta.add(labels[2 * row + 1]!);
    for (let layer = 0; layer < LAYERS; layer++)
      this.seen[layer]! += (layersHit[row]! >> layer) & 1;
    // Imported muons have no known charge.
    if (charge === 0) return null;
    const eta = (ETA_MAX * x0[row]!) / FULL_WIDTH;
    this.crossings(eta, charge, labels[2 * row]!, bendScale[row]!, this.x);
    return this.x;
  }

  /** The description of what was added so far. */
  describe(): DatasetDescription {
    const { events, muons, positiveMuons, config } = this;
    const hasTracks = config.preset !== "imported";
    const hasImages = config.windows !== "none";
    const layerOccupancy = this.hits.map((count) => mean(count, events * FULL_WIDTH));
    const chosen = this.counters[config.windows === "overlapping" ? 1 : 0]!;
    const losses = (): FragmentationLoss[] =>
      this.counters.flatMap((counter) =>
        Pooling.options.map((pooling) => ({
          ...counter.loss(pooling, events),
          ...(hasTracks ? {} : { keptLayers: null }),
        })),
      );
    return {
      events,
      muons,
      positiveMuons: hasTracks ? positiveMuons : null,
      background: events - muons,
      meanHits: hasImages
        ? layerOccupancy.reduce((sum, fraction) => sum + fraction * FULL_WIDTH, 0)
        : null,
      layerOccupancy: hasImages ? layerOccupancy : null,
      layerEfficiency: hasTracks ? this.seen.map((count) => mean(count, muons)) : null,
      ptSpectrum: this.pt,
      etaSpectrum: this.eta,
      keptLayers: hasTracks ? chosen.keptLayers() : null,
      fragmentation: hasImages ? losses() : null,
    };
  }
}

/**
 * Count what a dataset holds, and what fragmentation costs its muons in `ptBins` equal bins of true
 * pT between the configured edges, for each choice of windows and pooling.
 */
export function describeDataset(dataset: ToyDataset, ptBins = 17): DatasetDescription {
  const describer = new DatasetDescriber(dataset.config, ptBins);
  describer.add(dataset);
  return describer.describe();
}
