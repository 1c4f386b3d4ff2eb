import type { ResourceReport } from "@cnntargz/contracts";

import { readCsynthSummary, SUMMARY_HEADING } from "./read-csynth-summary.js";
import { CSYNTH_HEADING, readCsynthText } from "./read-csynth-text.js";
import { readCsynthXml } from "./read-csynth-xml.js";
import { EXPORT_HEADING, readExport } from "./read-export.js";
import { CSIM_MARKS, readCosim, readCsim } from "./read-simulation.js";
import { readTiming } from "./read-timing.js";
import { readUtilization, SITE_TITLES } from "./read-utilization.js";
import { findLine, openText, refuse, type ReportText } from "./report-text.js";
import { parseXml } from "./xml-tree.js";

const READ =
  "csynth.xml, *_csynth.rpt, *_cosim.rpt, *_csim.log, *_export.rpt, report_utilization and report_timing_summary";

const isMarkup = (report: ReportText) => report.text.trimStart().startsWith("<");

/** Readers of text reports by a line that only they have, in order. */
const TEXT_READERS: readonly (readonly [RegExp, (report: ReportText) => ResourceReport])[] = [
  [CSYNTH_HEADING, readCsynthText],
  [SUMMARY_HEADING, readCsynthSummary],
  [/^\| Command\s+: report_utilization\b|^Utilization Design Information$/, readUtilization],
  [SITE_TITLES, readUtilization],
  [/^\| Design Timing Summary$/, readTiming],
  [/^\|\s*(Verilog|VHDL)\|/, readCosim],
  [EXPORT_HEADING, readExport],
  [CSIM_MARKS, readCsim],
];

const readerOf = (report: ReportText) =>
  TEXT_READERS.find(([mark]) => findLine(report, mark) >= 0)?.[1];

/** What a text that is no report seems to be. */
function describe(report: ReportText): string {
  const start = report.text.trimStart();
  if (/^<!doctype html|^<html/i.test(start)) return "is a web page";
  if (/^[{[]/.test(start)) {
    return "seems to be JSON; a ResourceReport is read as an artifact, not as a vendor report";
  }
  const command = /^\| Command\s+: (report_\w+)/.exec(
    report.lines[findLine(report, /^\| Command\s+: report_\w+/)]?.trim() ?? "",
  );
  if (command?.[1] === "report_timing") {
    return "is Vivado's report_timing, which lists single paths, not the design's worst slack (report_timing_summary does)";
  }
  if (command !== null) return `is Vivado's ${command[1]!}`;
  const first = start
    .split(/\r\n|\n|\r/, 1)[0]!
    .trim()
    .slice(0, 60);
  return `begins with "${first}"`;
}

function readMarkup(report: ReportText): ResourceReport {
  if (/^<!doctype html|^<html/i.test(report.text.trimStart())) {
    refuse(report, `${describe(report)}; give the report file itself (${READ})`);
  }
  const root = parseXml(report);
  if (root.name === "profile") return readCsynthXml(report, root);
  if (/(^|:)project$/.test(root.name)) {
    refuse(report, "is the list of a project's solutions, not a report; give the project's folder");
  }
  return refuse(
    report,
    `is XML with root <${root.name.slice(0, 60)}>, an HLS report has <profile>; give ${READ}`,
  );
}

/**
 * Whether a text looks like a report that {@link parseVendorReport} reads; it may still turn out to be
 * cut off.
 */
export function isVendorReport(text: string): boolean {
  let report: ReportText;
  try {
    report = openText(text);
  } catch {
    return false;
  }
  return isMarkup(report) ? /<profile>/.test(report.text) : readerOf(report) !== undefined;
}

/**
 * Read a report of Vivado HLS, Vitis HLS or Vivado (2018 to 2025): C-synthesis (`csynth.xml`,
 * `<top>_csynth.rpt`, the project's `csynth.rpt`), simulation (`<top>_cosim.rpt`, `<top>_csim.log`),
 * `<top>_export.rpt`, `report_utilization` (flat or hierarchical) and `report_timing_summary` after
 * synthesis, placement or routing. The text itself tells which. Block RAM is in 18 Kb blocks: tiles of
 * 36 Kb count as two. What the report does not state is null.
 *
 * @param fileName for messages only
 * @throws CnntargzError `artifact` for anything else: the message says what the text seems to be and
 * what to do.
 */
export function parseVendorReport(text: string, fileName?: string): ResourceReport {
  const report = openText(text, fileName);
  if (isMarkup(report)) return readMarkup(report);
  const read = readerOf(report);
  if (read === undefined) {
    refuse(report, `${describe(report)}, which is no report that is read here: ${READ}`);
  }
  return read(report);
}
