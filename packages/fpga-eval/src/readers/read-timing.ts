import type { ReportSource, ReportStep, ResourceReport } from "@cnntargz/contracts";

import { namedDevice, newReport } from "./new-report.js";
import { readDecimalIfAny, readPeriodIfAny } from "./read-number.js";
import { findLine, refuse, type ReportText, requireLine } from "./report-text.js";
import { designStep, readVivadoHeader, vivadoVersion } from "./vivado-header.js";

/** Titles of a table without lines: words apart by one blank, columns by more. */
const splitColumns = (line: string) => line.trim().split(/ {2,}/);

/**
 * The step that a timing report belongs to: as it says, or, before Vivado 2022, by how it knows the
 * delay of nets.
 */
function readStep(
  report: ReportText,
  header: ReadonlyMap<string, string>,
): { source: ReportSource; like: ReportStep } {
  const state = header.get("Design State");
  if (state !== undefined) return designStep(report, state);
  if (/\(fo=\d+, unplaced\)/.test(report.text))
    return { source: "vivado-synth", like: "synthesis" };
  if (/\(fo=\d+, estimated\)/.test(report.text)) {
    return { source: "vivado-route", like: "post-place" };
  }
  if (/\(fo=\d+, routed\)/.test(report.text)) return { source: "vivado-route", like: "post-route" };
  return refuse(
    report,
    'does not say whether it is from before or after routing: it has neither a line "Design State" nor paths; report_timing_summary -max_paths 1',
  );
}

/** Worst slack and clock of a table `Clock  WNS(ns)  ...` with lines of dashes below its titles. */
function readSummaryRow(report: ReportText, titles: number): ReadonlyMap<string, string> {
  const columns = splitColumns(report.lines[titles]!);
  const values = (report.lines[titles + 2] ?? "").trim().split(/\s+/);
  if (values.length !== columns.length) {
    refuse(
      report,
      `has ${columns.length} titles and ${values.length} numbers in line ${titles + 3}; let the tool print it again`,
    );
  }
  return new Map(columns.map((column, at) => [column, values[at]!]));
}

/** Periods by clock from the clock summary; generated clocks are indented. */
function readClocks(report: ReportText, start: number): Map<string, number> {
  const clocks = new Map<string, number>();
  const heading = requireLine(report, "| Clock Summary", start, "clock summary");
  const end = requireLine(report, "| Intra Clock Table", heading, "table of clocks");
  for (let at = heading; at < end; at++) {
    const row = /^(\S+)\s+\{[^}]*\}\s+(\S+)\s+\S+$/.exec(report.lines[at]!.trim());
    if (row === null) continue;
    const period = readPeriodIfAny(report, row[2]!, `the period of clock ${row[1]!}`);
    if (period !== null) clocks.set(row[1]!, period);
  }
  return clocks;
}

/** The period that the worst slack is about: the only clock's, or the one with that slack. */
function clockOf(report: ReportText, start: number, wnsNs: number | null): number | null {
  const clocks = readClocks(report, start);
  if (clocks.size === 1) return [...clocks.values()][0]!;
  const table = findLine(report, "| Intra Clock Table", start);
  const periods = new Set<number>();
  for (let at = table + 1; at < report.lines.length; at++) {
    const line = report.lines[at]!.trim();
    if (line.startsWith("| ") && !/^\| -+$/.test(line)) break;
    const [name, slack] = line.split(/\s+/);
    const period = clocks.get(name ?? "");
    if (period !== undefined && wnsNs !== null && Number(slack) === wnsNs) periods.add(period);
  }
  return periods.size === 1 ? [...periods][0]! : null;
}

function readTimingSummary(report: ReportText, start: number) {
  const titles = requireLine(report, /^WNS\(ns\)\s+TNS\(ns\)/, start, "worst slack");
  const row = readSummaryRow(report, titles);
  const slack = (title: string) => readDecimalIfAny(report, row.get(title) ?? "", title);
  const wnsNs = slack("WNS(ns)");
  const clockNs = clockOf(report, titles, wnsNs);
  const others = ["WHS(ns)", "WPWS(ns)"].map(slack);
  return {
    wnsNs,
    clockNs,
    passed: wnsNs === null ? null : [wnsNs, ...others].every((each) => each === null || each >= 0),
  };
}

/**
 * Read `report_timing_summary` of Vivado: worst setup slack, clock, and the period that is left of it.
 *
 * @throws CnntargzError `artifact` when the summary is missing, cut off, or of an unknown step.
 */
export function readTiming(report: ReportText): ResourceReport {
  const header = readVivadoHeader(report);
  const timing = readTimingSummary(report, findLine(report, "| Design Timing Summary"));
  const { clockNs, wnsNs } = timing;
  const device = header.get("Device");
  return newReport({
    ...readStep(report, header),
    tool: vivadoVersion(header),
    design: header.get("Design") ?? null,
    device: device === undefined ? null : namedDevice(device),
    ...timing,
    estimatedClockNs: clockNs === null || wnsNs === null ? null : periodLeft(clockNs, wnsNs),
  });
}

/** Target minus slack, without the noise of binary fractions: tools print three decimals. */
const periodLeft = (clockNs: number, wnsNs: number) =>
  Math.max(0, Number((clockNs - wnsNs).toFixed(4)));
