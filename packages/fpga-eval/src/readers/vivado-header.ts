import type { ReportSource, ReportStep } from "@cnntargz/contracts";

import { refuse, type ReportText } from "./report-text.js";

/** Lines that the header of a Vivado report takes at most, and characters that they have. */
const HEADER_LINES = 40;
const HEADER_WIDTH = 1000;

/** Lines `| Key : value` that every Vivado report begins with. */
export function readVivadoHeader(report: ReportText): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  // A report pasted into a log begins later.
  const first = report.lines.findIndex((line) => /^\s*\| Tool Version\s*:/.test(line));
  for (const line of report.lines.slice(Math.max(first, 0), first + HEADER_LINES)) {
    if (line.length > HEADER_WIDTH) continue;
    const pair = /^\| ([A-Z][A-Za-z ]*?)\s*: (.*)$/.exec(line.trim());
    if (pair !== null && !pairs.has(pair[1]!)) pairs.set(pair[1]!, pair[2]!.trim());
  }
  return pairs;
}

/** `Vivado 2020.1` from `Vivado v.2020.1 (lin64) Build ...`. */
export const vivadoVersion = (header: ReadonlyMap<string, string>): string | null => {
  const version = header.get("Tool Version");
  return version?.replace(/^(\S+) v\.(\S+).*$/, "$1 $2") ?? null;
};

/**
 * The step that a `Design State` belongs to.
 *
 * @throws CnntargzError `artifact` for a state that is none of Vivado's.
 */
export function designStep(
  report: ReportText,
  state: string,
): { source: ReportSource; like: ReportStep } {
  if (/^(Synthesized|Optimized)$/.test(state)) return { source: "vivado-synth", like: "synthesis" };
  if (/^(Routed|Physopt postRoute)$/.test(state)) {
    return { source: "vivado-route", like: "post-route" };
  }
  if (/^(Fully |Partially )?Placed$|^Physopt postPlace$/.test(state)) {
    return { source: "vivado-route", like: "post-place" };
  }
  return refuse(
    report,
    `is of a design in state "${state}"; known are Synthesized, Optimized, Fully Placed and Routed: report after synthesis or routing`,
  );
}
