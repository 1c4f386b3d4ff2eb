import type { ResourceReport } from "@cnntargz/contracts";

import { type Hls4mlReport, hls4mlReport } from "./hls4ml-report.js";

type Section = Readonly<Record<string, string>>;
type Rows = readonly (readonly [title: string, value: string])[];

const RULE = "=".repeat(54);
const NONE = "N/A";

const heading = (title: string) => `\n${RULE}\n== ${title}\n${RULE}\n`;

/** Rows below a title, values in one column. */
function block(title: string, rows: Rows): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 1;
  const lines = rows.map(([name, value]) => `    ${`${name}:`.padEnd(width)} ${value}`);
  return `\n - ${title}:\n${lines.join("\n")}\n`;
}

/** A number as Python prints a float. */
const float = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));

const UNITS = ["ns", "\u00b5s", "ms", "s"] as const;

/** `10 (50.0 ns)`, or the tool's word where it has no number. */
function latency(count: string | undefined, clockNs: number): string {
  if (count === undefined || !/^\d+$/.test(count) || !Number.isFinite(clockNs)) {
    return count ?? NONE;
  }
  let time = Number(count) * clockNs;
  let unit = 0;
  while (time >= 1000 && unit < UNITS.length - 1) {
    time /= 1000;
    unit++;
  }
  return `${count} (${float(time)} ${UNITS[unit]!})`;
}

/** `73 / 220 (33.2%)`; N/A where there is none of it on the device. */
function share(synthesis: Section, key: string): string {
  const used = synthesis[key];
  const available = Number(synthesis[`Available${key}`] ?? 0);
  if (used === undefined || available === 0) return NONE;
  const percent = Math.round((1000 * Number(used)) / available) / 10;
  return `${used} / ${available} (${float(percent)}%)`;
}

const pick = (from: Section, rows: Readonly<Record<string, string>>): Rows =>
  Object.entries(rows).map(([title, key]) => [title, from[key] ?? NONE] as const);

function renderSynthesis(synthesis: Section): string {
  const clockNs = Number(synthesis["TargetClockPeriod"] ?? Number.NaN);
  return (
    heading("C Synthesis report") +
    block("Performance estimates", [
      ["Best-case latency", latency(synthesis["BestLatency"], clockNs)],
      ["Worst-case latency", latency(synthesis["WorstLatency"], clockNs)],
      ...pick(synthesis, {
        "Interval Min": "IntervalMin",
        "Interval Max": "IntervalMax",
        "Estimated Clock Period": "EstimatedClockPeriod",
      }),
    ]) +
    block(
      "Resource estimates",
      ["BRAM_18K", "DSP", "FF", "LUT", "URAM"].map((key) => [key, share(synthesis, key)] as const),
    )
  );
}

/** Sections in the order of hls4ml. */
const RENDERERS: readonly ((report: Hls4mlReport) => string)[] = [
  ({ CSynthesisReport: synthesis }) => (synthesis === undefined ? "" : renderSynthesis(synthesis)),
  ({ VivadoSynthReport: synthesis }) =>
    synthesis === undefined
      ? ""
      : heading("Vivado Synthesis report") +
        block(
          "Resource utilization",
          pick(synthesis, {
            BRAM_18K: "BRAM_18K",
            DSP48E: "DSP48E",
            FF: "FF",
            LUT: "LUT",
            URAM: "URAM",
          }),
        ),
  ({ CosimReport: cosim }) =>
    cosim === undefined
      ? ""
      : heading("Co-Simulation report") +
        block(
          "Performance",
          pick(cosim, {
            Status: "Status",
            "Best-case latency": "LatencyMin",
            "Worst-case latency": "LatencyMax",
            "Interval Min": "IntervalMin",
            "Interval Max": "IntervalMax",
          }),
        ),
  ({ ImplementationReport: implementation }) =>
    implementation === undefined
      ? ""
      : heading("Implementation report") +
        block(
          "Resource utilization",
          pick(implementation, {
            "Total LUTs": "TotLUTs",
            FF: "FFs",
            BRAM_18K: "BRAM_18K",
            DSP: "DSPs",
            URAM: "URAMs",
          }),
        ),
  ({ TimingReport: timing }) =>
    timing === undefined
      ? ""
      : heading("Timing report") +
        block("Timing", pick(timing, { "Worst Negative Slack (WNS)": "WNS" })),
];

/**
 * Reports of one design as hls4ml's `print_vivado_report` prints them, section by section; two of the
 * same section are both printed. Ends in a newline.
 *
 * @throws CnntargzError `contract` for estimates, which are no tool's word.
 */
export function renderHls4ml(reports: readonly ResourceReport[]): string {
  const each = reports.map((report) => hls4mlReport([report]));
  return RENDERERS.flatMap((render) => each.map(render)).join("");
}
