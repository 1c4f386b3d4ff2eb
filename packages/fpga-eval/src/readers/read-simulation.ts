import type { CycleRange, ResourceReport } from "@cnntargz/contracts";

import { newReport } from "./new-report.js";
import { readAverageIfAny, readCountIfAny } from "./read-number.js";
import { findLine, refuse, type ReportText, requireLine } from "./report-text.js";

const cellsOf = (line: string) =>
  line
    .trim()
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

const isRtl = (name: string | undefined) => name === "Verilog" || name === "VHDL";

/**
 * Read `<top>_cosim.rpt`: status, latency and interval of the RTL simulation. A transaction's latency
 * of a streaming design can be shorter than C-synthesis says.
 *
 * @throws CnntargzError `artifact` when the table is cut off or nothing was simulated.
 */
export function readCosim(report: ReportText): ResourceReport {
  const titles = requireLine(
    report,
    /^\|\s*\|\s*\|\s*min\s*\|\s*avg\s*\|\s*max\s*\|\s*min\s*\|\s*avg\s*\|\s*max\s*\|/,
    0,
    "columns min, avg, max of latency and interval",
  );
  const columns = cellsOf(report.lines[titles]!).length;
  const rule = report.lines[titles + 1]?.trim() ?? "";
  const rows: string[][] = [];
  let at = titles + 2;
  for (; report.lines[at]?.trim().startsWith("|"); at++) rows.push(cellsOf(report.lines[at]!));
  if (rule === "" || report.lines[at]?.trim() !== rule) {
    refuse(report, "is cut off within its table; simulate again");
  }
  const ran = rows.filter(([rtl, status]) => isRtl(rtl) && status !== "NA");
  const row = ran.find(([rtl]) => rtl === "Verilog") ?? ran[0];
  if (row === undefined || row.length !== columns) {
    return refuse(report, "says that no RTL was simulated; run co-simulation");
  }
  const range = (first: number): CycleRange => ({
    min: readCountIfAny(report, row[first]!, `${row[0]!}, min`),
    average: readAverageIfAny(report, row[first + 1]!, `${row[0]!}, avg`),
    max: readCountIfAny(report, row[first + 2]!, `${row[0]!}, max`),
  });
  const [latency, interval] = [range(2), range(5)];
  const simulator = findLine(report, /^Simulation tool\s*:/);
  const name = simulator < 0 ? null : report.lines[simulator]!.split(":")[1]!.trim();
  return newReport({
    source: "hls",
    like: "cosim",
    tool: `${row[0]!} simulation${name === null ? "" : `, ${name.replace(/\.$/, "")}`}`,
    passed: row[1] === "Pass",
    latencyCycles: latency.max,
    latencyCyclesRange: latency,
    initiationInterval: interval.max,
    initiationIntervalRange: interval,
  });
}

/** What marks the log of a C simulation. */
export const CSIM_MARKS = /CSIM (start|finish)|CSim done with \d+ errors|'csim_design' failed/;

/**
 * Read `<top>_csim.log`: whether the C simulation ran without errors.
 *
 * @throws CnntargzError `artifact` when the log ends before the simulation does.
 */
export function readCsim(report: ReportText): ResourceReport {
  const failed = findLine(report, /^(ERROR|@E)\b.*|'csim_design' failed|Simulation failed/);
  const done = findLine(report, /CSim done with \d+ errors\./);
  if (failed < 0 && done < 0) {
    refuse(report, 'ends before "CSim done with ... errors": it is cut off or still running');
  }
  const errors = done < 0 ? null : /CSim done with (\d+) errors/.exec(report.lines[done]!)![1];
  return newReport({
    source: "hls",
    like: "csim",
    tool: "C simulation",
    passed: failed < 0 && errors === "0",
  });
}
