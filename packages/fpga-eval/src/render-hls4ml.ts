import type { Hls4mlReport } from "./hls4ml-report.js";

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

/** The report as hls4ml's `print_vivado_report` prints it. Ends in a newline. */
export function renderHls4ml(report: Hls4mlReport): string {
  const { CSynthesisReport, VivadoSynthReport, CosimReport, ImplementationReport, TimingReport } =
    report;
  return [
    CSynthesisReport === undefined ? "" : renderSynthesis(CSynthesisReport),
    VivadoSynthReport === undefined
      ? ""
      : heading("Vivado Synthesis report") +
        block(
          "Resource utilization",
          pick(VivadoSynthReport, {
            BRAM_18K: "BRAM_18K",
            DSP48E: "DSP48E",
            FF: "FF",
            LUT: "LUT",
            URAM: "URAM",
          }),
        ),
    CosimReport === undefined
      ? ""
      : heading("Co-Simulation report") +
        block(
          "Performance",
          pick(CosimReport, {
            Status: "Status",
            "Best-case latency": "LatencyMin",
            "Worst-case latency": "LatencyMax",
            "Interval Min": "IntervalMin",
            "Interval Max": "IntervalMax",
          }),
        ),
    ImplementationReport === undefined
      ? ""
      : heading("Implementation report") +
        block(
          "Resource utilization",
          pick(ImplementationReport, {
            "Total LUTs": "TotLUTs",
            FF: "FFs",
            BRAM_18K: "BRAM_18K",
            DSP: "DSPs",
            URAM: "URAMs",
          }),
        ),
    TimingReport === undefined
      ? ""
      : heading("Timing report") +
        block("Timing", pick(TimingReport, { "Worst Negative Slack (WNS)": "WNS" })),
  ].join("");
}
