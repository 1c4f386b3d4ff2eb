import type { ResourceReport } from "@cnntargz/contracts";

import { namedDevice, newReport } from "./new-report.js";
import { readAchievedIfAny, readCount, readPeriodIfAny } from "./read-number.js";
import { findLine, refuse, type ReportText, requireLine } from "./report-text.js";
import { vivadoVersion } from "./vivado-header.js";

/** Heading of the resources in `<top>_export.rpt`. */
export const EXPORT_HEADING = /^#=== Post-(Implementation|Synthesis) Resource usage ===$/;

/**
 * Read the `<top>_export.rpt` that HLS writes when it exports with synthesis or implementation. Its
 * `BRAM` counts 18 Kb blocks.
 *
 * @throws CnntargzError `artifact` when it is cut off or its numbers are not plain.
 */
export function readExport(report: ReportText): ResourceReport {
  const heading = findLine(report, EXPORT_HEADING);
  const isRouted = report.lines[heading]!.includes("Implementation");
  const end = requireLine(report, /^Timing (not )?met$/, heading, 'last line "Timing met"');
  const value = (key: string, start: number) => {
    const at = findLine(report, new RegExp(`^${key}:`), start);
    return at < 0 || at > end ? undefined : report.lines[at]!.split(":")[1]!.trim();
  };
  const amount = (key: string) => {
    const cell = value(key, heading);
    return cell === undefined ? null : readCount(report, cell, key);
  };
  const stated = (key: string) =>
    value(key, heading) ?? refuse(report, `has no line "${key}"; export again`);
  const total = {
    lut: amount("LUT"),
    ff: amount("FF"),
    dsp: amount("DSP"),
    bram18: amount("BRAM"),
    uram: amount("URAM"),
  };
  if (total.lut === null || total.ff === null) refuse(report, "has no LUT and FF; export again");
  const achieved = `CP achieved post-${isRouted ? "implementation" : "synthesis"}`;
  const clockNs = readPeriodIfAny(report, stated("CP required"), "CP required");
  const estimatedClockNs = readAchievedIfAny(report, stated(achieved), achieved);
  const tool = value("Implementation tool", 0);
  const part = value("Device target", 0);
  return newReport({
    source: isRouted ? "vivado-route" : "vivado-synth",
    like: isRouted ? "post-route" : "synthesis",
    tool:
      tool === undefined
        ? null
        : vivadoVersion(new Map([["Tool Version", tool.replace("Xilinx ", "")]])),
    design: value("Project", 0) ?? null,
    device: part === undefined ? null : namedDevice(part),
    clockNs,
    estimatedClockNs,
    wnsNs:
      clockNs === null || estimatedClockNs === null
        ? null
        : Number((clockNs - estimatedClockNs).toFixed(4)),
    passed: report.lines[end]!.trim() === "Timing met",
    total,
  });
}
