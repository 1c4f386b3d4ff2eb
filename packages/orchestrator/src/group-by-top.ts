import type { ReadReport } from "@cnntargz/fpga-eval";

/** Reports about one top function. */
export interface TopReports {
  /** Null for the one that the project is about, or the only one. */
  readonly top: string | null;
  readonly reports: readonly ReadReport[];
}

/**
 * Reports by the top function that C-synthesis says they are of, so that two designs in a folder are not
 * taken for one. What names none of them, as simulations do, belongs to `main`.
 *
 * @param main the project's top function, null when that is not known
 */
export function groupByTop(reports: readonly ReadReport[], main: string | null): TopReports[] {
  const tops = new Set(
    reports.flatMap(({ report }) => (report.like === "csynth" ? [report.design] : [])),
  );
  const other = [...tops].filter((top) => top !== null && top !== main);
  if (other.length === 0 || (main === null && tops.size === 1)) return [{ top: null, reports }];
  const groups = other.map((top) => ({
    top,
    reports: reports.filter(({ report }) => report.design === top),
  }));
  const rest = reports.filter(({ report }) => !other.includes(report.design));
  return [{ top: main === null ? "of no known top" : null, reports: rest }, ...groups].filter(
    (group) => group.reports.length > 0,
  );
}
