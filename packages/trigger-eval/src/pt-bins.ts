import { CnntargzError } from "@cnntargz/contracts";

/** Turn-on bins of 1 GeV between 3 and 20 GeV, the range of the toy muons. */
export const DEFAULT_PT_EDGES_GEV: readonly number[] = Array.from({ length: 18 }, (_, i) => 3 + i);

/** The binning of the published turn-on curves (EPJC 81 (2021) 969, authors' evaluation code). */
export const PUBLISHED_PT_EDGES_GEV: readonly number[] = [
  2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20,
];

/**
 * Check that bin edges are at least two finite, strictly rising numbers.
 *
 * @throws CnntargzError `config` when they are not.
 */
export function checkEdges(edgesGeV: readonly number[]): void {
  const rises = edgesGeV.every(
    (edge, i) => Number.isFinite(edge) && (i === 0 || edge > edgesGeV[i - 1]!),
  );
  if (edgesGeV.length < 2 || !rises) {
    throw new CnntargzError(
      "config",
      `bin edges [${edgesGeV.join(", ")}] GeV must be at least two rising numbers`,
    );
  }
}

/** Index of the bin [edge i, edge i + 1) that holds `ptGeV`, or -1. */
export function binOf(ptGeV: number, edgesGeV: readonly number[]): number {
  let low = -1;
  let high = edgesGeV.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edgesGeV[middle]! <= ptGeV) low = middle;
    else high = middle;
  }
  return low === edgesGeV.length - 1 ? -1 : low;
}
