import {
  CnntargzError,
  type CycleRange,
  type ReportedResources,
  type ReportStep,
  type ResourceReport,
} from "@cnntargz/contracts";

import { isToolReport, sourceOf } from "./source-of.js";

/** One part of hls4ml's report dictionary; like there, all values are strings. */
type Section = Readonly<Record<string, string>>;

/** The dictionary that hls4ml's `parse_vivado_report` gives, with its keys. */
export interface Hls4mlReport {
  readonly CSynthesisReport?: Section;
  readonly VivadoSynthReport?: Section;
  readonly CosimReport?: Section;
  readonly ImplementationReport?: Section;
  readonly TimingReport?: Section;
}

/** Entries that are stated. */
function section(entries: Readonly<Record<string, string | number | null>>): Section {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) =>
      value === null ? [] : [[key, String(value)] as const],
    ),
  );
}

/** hls4ml's names of the amounts that C-synthesis states. */
const amounts = (prefix: string, { bram18, dsp, ff, lut, uram }: ReportedResources) => ({
  [`${prefix}BRAM_18K`]: bram18,
  [`${prefix}DSP`]: dsp,
  [`${prefix}FF`]: ff,
  [`${prefix}LUT`]: lut,
  [`${prefix}URAM`]: uram,
});

const fixed = (value: number | null, digits: number) => value?.toFixed(digits) ?? null;

function cycles(latency: CycleRange | null, interval: CycleRange | null, unknown: string) {
  const text = (count: number | null | undefined) => String(count ?? unknown);
  return {
    latency: [text(latency?.min), text(latency?.average), text(latency?.max)],
    interval: [text(interval?.min), text(interval?.average), text(interval?.max)],
  } as const;
}

function csynthSection(report: ResourceReport): Section {
  const { latency, interval } = cycles(
    report.latencyCyclesRange,
    report.initiationIntervalRange,
    "undef",
  );
  return section({
    TargetClockPeriod: fixed(report.clockNs, 2),
    EstimatedClockPeriod: fixed(report.estimatedClockNs, 3),
    BestLatency: latency[0],
    WorstLatency: latency[2],
    IntervalMin: interval[0],
    IntervalMax: interval[2],
    ...amounts("", report.total),
    ...(report.device === null ? {} : amounts("Available", report.device.available)),
  });
}

function cosimSection(report: ResourceReport): Section {
  const { latency, interval } = cycles(
    report.latencyCyclesRange,
    report.initiationIntervalRange,
    "NA",
  );
  return section({
    RTL: report.tool?.startsWith("VHDL") === true ? "VHDL" : "Verilog",
    Status: report.passed === null ? null : report.passed ? "Pass" : "Fail",
    LatencyMin: latency[0],
    LatencyAvg: latency[1],
    LatencyMax: latency[2],
    IntervalMin: interval[0],
    IntervalAvg: interval[1],
    IntervalMax: interval[2],
  });
}

const synthSection = ({ total }: ResourceReport): Section =>
  section({
    LUT: total.lut,
    FF: total.ff,
    BRAM_18K: total.bram18,
    URAM: total.uram,
    DSP48E: total.dsp,
  });

const implementationSection = ({ total }: ResourceReport): Section =>
  section({
    TotLUTs: total.lut,
    FFs: total.ff,
    BRAM_18K: total.bram18,
    URAMs: total.uram,
    DSPs: total.dsp,
  });

/** Sections that a report of each step fills; an empty one is left out. */
const SECTIONS: Readonly<Record<ReportStep, (report: ResourceReport) => Hls4mlReport>> = {
  csim: () => ({}),
  csynth: (report) => ({ CSynthesisReport: csynthSection(report) }),
  cosim: (report) => ({ CosimReport: cosimSection(report) }),
  synthesis: (report) => ({ VivadoSynthReport: synthSection(report) }),
  "post-place": (report) => implemented(report),
  "post-route": (report) => implemented(report),
};

const implemented = (report: ResourceReport): Hls4mlReport => ({
  ImplementationReport: implementationSection(report),
  TimingReport: section({ WNS: fixed(report.wnsNs, 3) }),
});

/**
 * What the tools said of one design, under hls4ml's names, all values strings. Unlike there,
 * `BRAM_18K` counts 18 Kb blocks in every section, also in those of Vivado, which prints 36 Kb tiles.
 *
 * @param reports of one design, each step at most once, as {@link mergeReports} gives them
 * @throws CnntargzError `contract` for estimates, which must not pass as a tool's word, and for two
 * reports of the same section, between which nobody should choose silently.
 */
export function hls4mlReport(reports: readonly ResourceReport[]): Hls4mlReport {
  const sections = new Map<string, Section>();
  for (const report of reports) {
    if (!isToolReport(report)) {
      throw new CnntargzError(
        "contract",
        `hls4ml's report holds what tools said, this is ${sourceOf(report)}; leave it out`,
      );
    }
    for (const [name, filled] of Object.entries(SECTIONS[report.like](report)) as [
      string,
      Section,
    ][]) {
      if (Object.keys(filled).length === 0) continue;
      if (sections.has(name)) {
        throw new CnntargzError(
          "contract",
          `two reports fill ${name} (the second: ${sourceOf(report)}); pass the one that counts`,
        );
      }
      sections.set(name, filled);
    }
  }
  return Object.fromEntries(sections);
}
