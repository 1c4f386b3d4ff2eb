import { ETA_MAX, FULL_WIDTH, type LabelScaling } from "@cnntargz/contracts";

import { WINDOW_WIDTH } from "./fragment.js";

/** Targets of 9x16 models: [pT / 20 GeV, (x0 - stride w) / 32]. */
export const labelScaling9x16: LabelScaling = { ptScaleGeV: 20, eta: "window" };
/** Targets of 9x384 models: [pT / 20 GeV, eta / 1.05]. */
export const labelScaling9x384: LabelScaling = { ptScaleGeV: 20, eta: "global" };

/**
 * Eta target within window `window`: `(x0 - stride w) / 32`, `x0` in pixels; the stride is 32 for
 * disjoint windows and 16 for overlapping ones (`windowStride`). Outside [0, 1) when the track
 * begins outside the window.
 */
export function etaLocal(x0: number, window: number, stride = WINDOW_WIDTH): number {
  return (x0 - stride * window) / WINDOW_WIDTH;
}

/**
 * Whether an eta target can be learned: the track begins in the chosen window or within a width of
 * it. Beyond, noise won the window (1 muon in 6,000 at noise 1e-3); such targets reach +-11, and
 * those few events would carry a tenth of the eta loss.
 */
export function isLearnable(etaTarget: number): boolean {
  return etaTarget > -1 && etaTarget < 2;
}

/** Pseudorapidity of a local eta target: `1.05 (stride w + 32 etaLocal) / 384`; see {@link etaLocal}. */
export function globalEta(window: number, local: number, stride = WINDOW_WIDTH): number {
  return (ETA_MAX * (stride * window + WINDOW_WIDTH * local)) / FULL_WIDTH;
}
