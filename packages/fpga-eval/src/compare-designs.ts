import {
  CnntargzError,
  type ReportedResources,
  type ResourceKind,
  type ResourceReport,
  type VerdictStatus,
} from "@cnntargz/contracts";

import { RESOURCE_KINDS } from "./resource-names.js";
import { type ReportTiming, timingOf } from "./timing-of.js";
import { fitsRow } from "./verdict-rows.js";

/** A report of a design that is to be compared. */
export interface NamedReport {
  readonly design: string;
  readonly report: ResourceReport;
}

/** How many times less a design takes than the baseline does; null where either is unknown or 0. */
export type CompressionFactors = ReportedResources & { readonly latency: number | null };

/** A report with its share of the device and its factors to the baseline. */
export interface ComparedReport extends NamedReport {
  /** Percent of what is on the device; null where either is not known. */
  readonly percent: ReportedResources;
  readonly timing: ReportTiming;
  /** Whether it fits its device, null for a report that counts no resources. */
  readonly fits: VerdictStatus | null;
  /** Null for the baseline itself, and where the baseline has no single report of the same step. */
  readonly factors: CompressionFactors | null;
}

const perKind = (value: (kind: ResourceKind) => number | null): ReportedResources => ({
  lut: value("lut"),
  ff: value("ff"),
  dsp: value("dsp"),
  bram18: value("bram18"),
  uram: value("uram"),
});

const ratio = (baseline: number | null, value: number | null) =>
  baseline === null || value === null || baseline === 0 || value === 0 ? null : baseline / value;

function factorsTo(baseline: ResourceReport, report: ResourceReport): CompressionFactors {
  return {
    ...perKind((kind) => ratio(baseline.total[kind], report.total[kind])),
    latency: ratio(timingOf(baseline).latencyNs, timingOf(report).latencyNs),
  };
}

/** What a report takes in percent of its device; null where either is not known. */
export function percentOf({ device, total }: ResourceReport): ReportedResources {
  return perKind((kind) => {
    const available = device?.available[kind] ?? null;
    const value = total[kind];
    if (value === null || available === null) return null;
    if (available === 0) return value === 0 ? 0 : null;
    return (100 * value) / available;
  });
}

/**
 * Compare designs with a baseline: shares of the device, and compression factors. Factors are only
 * computed between reports of the same step, since C-synthesis counts about twice the LUTs that
 * synthesis leaves; latency is compared in ns.
 *
 * @param baseline a design's name
 * @throws CnntargzError `config` when no design has that name.
 */
export function compareDesigns(
  reports: readonly NamedReport[],
  baseline: string,
): readonly ComparedReport[] {
  const references = reports.filter(({ design }) => design === baseline);
  if (references.length === 0) {
    const names = [...new Set(reports.map(({ design }) => design))].join(", ");
    throw new CnntargzError(
      "config",
      `the baseline "${baseline}" is not among the designs: ${names}; name one of them`,
    );
  }
  return reports.map(({ design, report }) => {
    const [reference, ...others] = references.filter((each) => each.report.like === report.like);
    const isComparable = design !== baseline && reference !== undefined && others.length === 0;
    const counts = RESOURCE_KINDS.some((kind) => report.total[kind] !== null);
    return {
      design,
      report,
      percent: percentOf(report),
      timing: timingOf(report),
      fits: counts ? fitsRow(report).status : null,
      factors: isComparable ? factorsTo(reference.report, report) : null,
    };
  });
}
