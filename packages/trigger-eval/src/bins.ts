import { CnntargzError } from "@cnntargz/contracts";

/** Turn-on bins of 1 GeV between 3 and 20 GeV, the range of the toy muons. */
export const DEFAULT_PT_EDGES_GEV: readonly number[] = Array.from({ length: 18 }, (_, i) => 3 + i);

/** The binning of the published turn-on curves (EPJC 81 (2021) 969, authors' evaluation code). */
export const PUBLISHED_PT_EDGES_GEV: readonly number[] = [
  2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20,
];

/** 21 bins of true eta, 0.05 wide, over the range of the detector. */
export const DEFAULT_ETA_EDGES: readonly number[] = Array.from(
  { length: 22 },
  (_, i) => (5 * i) / 100,
);

/**
 * Check that bin edges are at least two finite, strictly rising numbers.
 *
 * @param name of the option that holds them, for the message.
 * @throws CnntargzError `config` when they are not.
 */
export function checkEdges(name: string, edges: readonly number[]): void {
  const rises = edges.every(
    (edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]!),
  );
  if (edges.length < 2 || !rises) {
    throw new CnntargzError(
      "config",
      `${name} [${edges.join(", ")}] are no bin edges: give at least two rising numbers`,
    );
  }
}

/** Index of the bin [edge i, edge i + 1) that holds `value`, or -1. */
export function binOf(value: number, edges: readonly number[]): number {
  let low = -1;
  let high = edges.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle;
  }
  return low === edges.length - 1 ? -1 : low;
}
