import type { ReportedResources, ResourceReport } from "@cnntargz/contracts";

import { hlsSource } from "./hls-source.js";
import { namedDevice, newReport } from "./new-report.js";
import { readKey } from "./read-csynth-text.js";
import { readCount, readCountIfAny } from "./read-number.js";
import { findLine, refuse, type ReportText, requireLine } from "./report-text.js";
import { readDrawnTable, requireColumn } from "./text-tables.js";

/** First line of the summary of a whole project. */
export const SUMMARY_HEADING = /^== Synthesis Summary Report of '(.+)'$/;

/**
 * Read the `csynth.rpt` (Vitis HLS) or `hls_compile.rpt` (v++) of a whole project: its first table,
 * in which modules and loops are indented below the top function. It states neither the clock nor
 * what is on the device.
 *
 * @throws CnntargzError `artifact` when the table is missing, cut off, or not in plain numbers.
 */
export function readCsynthSummary(report: ReportText): ResourceReport {
  const heading = findLine(report, SUMMARY_HEADING);
  const [, top] = SUMMARY_HEADING.exec(report.lines[heading]!.trim())!;
  const estimates = requireLine(
    report,
    "+ Performance & Resource Estimates:",
    heading,
    "table of performance and resources",
  );
  const start = requireLine(report, /^\+-/, estimates + 1, "table of performance and resources");
  const what = "the table of performance and resources";
  const table = readDrawnTable(report, start, what);
  const column = (title: RegExp) => requireColumn(report, table, title, what);
  const columns = {
    lut: column(/^LUT$/),
    ff: column(/^FF$/),
    dsp: column(/^DSP$/),
    bram18: column(/^BRAM$/),
    uram: column(/^URAM$/),
  };
  const [name, latency, interval] = [
    column(/^Modules & Loops$/),
    column(/^Latency \(cycles\)$/),
    column(/^Interval$/),
  ];
  /** `2474 (~0%)`, or `-` for none. */
  const amount = (cell: string) =>
    cell === "-" ? 0 : readCount(report, cell.replace(/ \(~?\d+%\)$/, ""), what);
  const amounts = (row: readonly string[]): ReportedResources => ({
    lut: amount(row[columns.lut]!),
    ff: amount(row[columns.ff]!),
    dsp: amount(row[columns.dsp]!),
    bram18: amount(row[columns.bram18]!),
    uram: amount(row[columns.uram]!),
  });
  const cycles = (row: readonly string[], at: number) => readCountIfAny(report, row[at]!, what);
  const whole = table.rows[0] ?? refuse(report, `${what} is empty; synthesize again`);
  const layers = table.rows.filter(
    (row, at) => table.indents[at] === 1 && row[name]!.startsWith("+ "),
  );
  return newReport({
    ...hlsSource(readKey(report, "Version", heading), "Vitis"),
    like: "csynth",
    design: top!,
    device: namedDevice(readKey(report, "Target device", heading)),
    perLayer: layers.map((row) => ({
      name: row[name]!.slice(2).replace(/\*$/, ""),
      ...amounts(row),
      latencyCycles: cycles(row, latency),
    })),
    total: amounts(whole),
    latencyCycles: cycles(whole, latency),
    initiationInterval: cycles(whole, interval),
  });
}
