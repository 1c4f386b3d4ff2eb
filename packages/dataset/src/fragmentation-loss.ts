import { FULL_WIDTH, LAYERS, type Pooling, type WindowChoice } from "@cnntargz/contracts";

import { chooseWindow, type Fragmentation, WINDOW_WIDTH, windowStride } from "./fragment.js";
import { BITS_SET, IMAGE_BYTES } from "./image.js";
import type { ToyDataset } from "./toy-dataset.js";

/** What fragmentation leaves of the muons of one pT bin. */
export interface KeptLayers {
  /** True pT range [low, high) in GeV; the last bin includes its upper edge. */
  readonly ptLowGeV: number;
  readonly ptHighGeV: number;
  readonly muons: number;
  /** Mean number of layers (of 9, seen or not) that the track crosses inside the chosen window; null without muons. */
  readonly meanLayersKept: number | null;
  /** Mean number of layers that it crosses within the image but outside the chosen window; null without muons. */
  readonly meanLayersLost: number | null;
  /** Fraction of muons that cross all 9 layers inside the chosen window; null without muons. */
  readonly allKept: number | null;
}

/** What one choice of windows and pooling costs. */
export interface FragmentationLoss {
  readonly windows: WindowChoice;
  readonly pooling: Pooling;
  /** Null for imported events, whose tracks are not known. */
  readonly keptLayers: readonly KeptLayers[] | null;
  /** Mean number of hits (muon and noise) of the chosen window. */
  readonly meanHits: number;
  /** Mean number of pixels of the 9x16 image in which pooling hides that two strips fired, not one. */
  readonly meanHitsHidden: number;
}

const BOTH_OF_PAIR = Uint8Array.from({ length: 256 }, (_, byte) => {
  const pairs = byte & (byte >> 1) & 0x55;
  return BITS_SET[pairs]!;
});

/** Counts, for one choice of windows, what the muons of each pT bin keep. */
export class LossCounter {
  readonly windows: WindowChoice;
  private readonly fragmentation: Fragmentation;
  private readonly ptMinGeV: number;
  private readonly ptMaxGeV: number;
  private readonly muons: Float64Array;
  private readonly kept: Float64Array;
  private readonly lost: Float64Array;
  private readonly whole: Float64Array;
  private hits = 0;
  private pairs = 0;

  constructor(windows: WindowChoice, ptMinGeV: number, ptMaxGeV: number, bins: number) {
    this.windows = windows;
    this.fragmentation = { windows };
    this.ptMinGeV = ptMinGeV;
    this.ptMaxGeV = ptMaxGeV;
    this.muons = new Float64Array(bins);
    this.kept = new Float64Array(bins);
    this.lost = new Float64Array(bins);
    this.whole = new Float64Array(bins);
  }

  /** Pixel at which this choice's window begins, of event `row`; its hits are counted. */
  private choose({ images }: ToyDataset, row: number): number {
    const offset = row * IMAGE_BYTES;
    const low = chooseWindow(images, offset, this.fragmentation) * windowStride(this.fragmentation);
    for (let layer = 0; layer < LAYERS; layer++) {
      const start = offset + (layer * FULL_WIDTH + low) / 8;
      for (let byte = start; byte < start + WINDOW_WIDTH / 8; byte++) {
        this.hits += BITS_SET[images[byte]!]!;
        this.pairs += BOTH_OF_PAIR[images[byte]!]!;
      }
    }
    return low;
  }

  /** Count event `row`, whose track crosses the layers at `x` pixels; null for background. */
  add(dataset: ToyDataset, row: number, x: Float64Array | null): void {
    const low = this.choose(dataset, row);
    if (x === null) return;
    const bins = this.muons.length;
    const size = (this.ptMaxGeV - this.ptMinGeV) / bins;
    const above = dataset.labels[2 * row]! - this.ptMinGeV;
    // Labels are float32 and may have been rounded over either edge.
    const bin = size === 0 ? 0 : Math.max(0, Math.min(Math.floor(above / size), bins - 1));
    let inside = 0;
    let outside = 0;
    for (const at of x) {
      if (at >= low && at < low + WINDOW_WIDTH) inside++;
      else if (at >= 0 && at < FULL_WIDTH) outside++;
    }
    this.muons[bin]!++;
    this.kept[bin]! += inside;
    this.lost[bin]! += outside;
    if (inside === LAYERS) this.whole[bin]!++;
  }

  /** The losses per pT bin. */
  keptLayers(): KeptLayers[] {
    const { ptMinGeV, ptMaxGeV } = this;
    const bins = this.muons.length;
    const size = (ptMaxGeV - ptMinGeV) / bins;
    return Array.from(this.muons, (muons, bin) => ({
      ptLowGeV: ptMinGeV + bin * size,
      ptHighGeV: bin === bins - 1 ? ptMaxGeV : ptMinGeV + (bin + 1) * size,
      muons,
      meanLayersKept: muons === 0 ? null : this.kept[bin]! / muons,
      meanLayersLost: muons === 0 ? null : this.lost[bin]! / muons,
      allKept: muons === 0 ? null : this.whole[bin]! / muons,
    }));
  }

  /** The losses with a pooling, over `events` events. */
  loss(pooling: Pooling, events: number): FragmentationLoss {
    const mean = (sum: number): number => (events === 0 ? 0 : sum / events);
    return {
      windows: this.windows,
      pooling,
      keptLayers: this.keptLayers(),
      meanHits: mean(this.hits),
      meanHitsHidden: pooling === "or" ? mean(this.pairs) : 0,
    };
  }
}
