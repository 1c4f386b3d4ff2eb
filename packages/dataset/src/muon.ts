import { type DatasetConfig, FULL_WIDTH, LAYERS } from "@cnntargz/contracts";

import type { EventWords } from "./event-words.js";
import { IMAGE_BYTES, isPixelSet, setPixel } from "./image.js";
import { exponentialSpectrum, powerSpectrum } from "./spectrum.js";
import type { ToyDataset } from "./toy-dataset.js";
import { crossingsOf, straightX } from "./track.js";

/** Draws a muon into row `row` of a dataset: its hits, labels and truth. */
export type Muon = (dataset: ToyDataset, row: number, words: EventWords) => void;

/**
 * The muons of a configuration. Each layer that the muon crosses sees it with its efficiency, in
 * pixel floor(x) and, with `clusterProbability`, in the neighbour on the nearer side.
 *
 * @param live strips that can fire, a bit-packed image.
 */
export function muonOf(config: DatasetConfig, live: Uint8Array): Muon {
  const { bendSpread = 0, smearPx, clusterProbability, efficiency } = config;
  const pt = powerSpectrum(config.ptMinGeV, config.ptMaxGeV, config.ptPower);
  const eta = exponentialSpectrum(config.etaMin, config.etaMax, config.etaSlope);
  const efficiencies =
    typeof efficiency === "number" ? new Array<number>(LAYERS).fill(efficiency) : efficiency;
  const crossings = crossingsOf(config);
  const x = new Float64Array(LAYERS);
  const fire = (images: Uint8Array, offset: number, layer: number, pixel: number): boolean => {
    if (!(pixel >= 0 && pixel < FULL_WIDTH) || !isPixelSet(live, 0, layer, pixel)) return false;
    setPixel(images, offset, layer, pixel);
    return true;
  };
  return (dataset, row, words) => {
    const { images } = dataset;
    const offset = row * IMAGE_BYTES;
    const ptGeV = pt(words.uniform());
    const etaTrue = eta(words.uniform());
    const charge = words.uniform() < 0.5 ? -1 : 1;
    const bendScale = bendSpread === 0 ? 1 : 1 + bendSpread * words.normal();
    crossings(etaTrue, charge, ptGeV, bendScale, x);
    let layersHit = 0;
    for (let layer = 0; layer < LAYERS; layer++) {
      const isSeen = words.uniform() < efficiencies[layer]!;
      const isPair = words.uniform() < clusterProbability;
      const at = smearPx === 0 ? x[layer]! : x[layer]! + smearPx * words.normal();
      if (!isSeen) continue;
      const pixel = Math.floor(at);
      const neighbour = at - pixel < 0.5 ? pixel - 1 : pixel + 1;
      const main = fire(images, offset, layer, pixel);
      const second = isPair && fire(images, offset, layer, neighbour);
      if (main || second) layersHit |= 1 << layer;
    }
    dataset.isMuon[row] = 1;
    dataset.charge[row] = charge;
    dataset.x0[row] = straightX(etaTrue);
    dataset.bendScale[row] = bendScale;
    dataset.layersHit[row] = layersHit;
    dataset.labels[2 * row] = ptGeV;
    dataset.labels[2 * row + 1] = etaTrue;
  };
}
