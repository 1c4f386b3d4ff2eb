import type { LayerResources, ReportedResources, ResourceReport } from "@cnntargz/contracts";

import { RESOURCE_KINDS } from "../resource-names.js";
import { describeInput } from "./describe-input.js";
import { hlsSource } from "./hls-source.js";
import { newReport } from "./new-report.js";
import { readAchievedIfAny, readCount, readCountIfAny, readPeriodIfAny } from "./read-number.js";
import { findLine, refuse, type ReportText, requireLine } from "./report-text.js";
import { type DrawnTable, findColumn, readTableBelow, requireColumn } from "./text-tables.js";

/** First line of the report of one function. */
export const CSYNTH_HEADING = /^== (Vivado|Vitis) HLS Report for '(.+)'$/;

/** The value of line `* Key:  value`, from line `start` on. */
export function readKey(report: ReportText, key: string, start: number): string {
  const at = requireLine(report, new RegExp(`^\\* ${key}:`), start, `line "* ${key}:"`);
  const line = report.lines[at]!;
  return line.slice(line.indexOf(":") + 1).trim();
}

/** How to read the amounts of a row of a utilization table; `-` counts as none. */
function amountsOf(report: ReportText, table: DrawnTable, what: string) {
  const column = (title: RegExp) => requireColumn(report, table, title, what);
  const columns = {
    lut: column(/^LUT$/),
    ff: column(/^FF$/),
    dsp: column(/^DSP(48\w*|58)?$/),
    bram18: column(/^BRAM_18K$/),
    // Older tools leave it out for families without UltraRAM.
    uram: findColumn(table, /^URAM$/),
  };
  return (row: readonly string[]): ReportedResources => {
    const amount = (index: number) => {
      if (index < 0) return null;
      const cell = row[index]!;
      return cell === "-" ? 0 : readCount(report, cell, `${what}, ${table.columns[index]!}`);
    };
    return {
      lut: amount(columns.lut),
      ff: amount(columns.ff),
      dsp: amount(columns.dsp),
      bram18: amount(columns.bram18),
      uram: amount(columns.uram),
    };
  };
}

/** Worst-case latency by instance, from the detail of the performance section. */
function readInstanceLatency(report: ReportText, start: number): Map<string, number | null> {
  const label = requireLine(report, "* Instance:", start, "latency of instances");
  const what = "the latency table of instances";
  const table = readTableBelow(report, label, what);
  if (table === null) return new Map();
  const name = requireColumn(report, table, /^Instance$/, what);
  const cycles = requireColumn(report, table, /^Latency( \(cycles\))? max$/, what);
  return new Map(table.rows.map((row) => [row[name]!, readCountIfAny(report, row[cycles]!, what)]));
}

function readInstances(
  report: ReportText,
  start: number,
  latency: ReadonlyMap<string, number | null>,
): LayerResources[] {
  const label = requireLine(report, "* Instance:", start, "utilization of instances");
  const what = "the utilization table of instances";
  const table = readTableBelow(report, label, what);
  if (table === null) return [];
  const amounts = amountsOf(report, table, what);
  const name = requireColumn(report, table, /^Instance$/, what);
  const rows = table.rows.map((row) => ({
    name: row[name]!,
    ...amounts(row),
    latencyCycles: latency.get(row[name]!) ?? null,
  }));
  const layers = rows.filter((row) => row.name !== "Total");
  const total = rows.find((row) => row.name === "Total");
  const wrong = RESOURCE_KINDS.find(
    (kind) => layers.reduce((sum, layer) => sum + (layer[kind] ?? 0), 0) !== (total?.[kind] ?? 0),
  );
  if (total === undefined || wrong !== undefined) {
    refuse(
      report,
      `${what} does not add up to its Total${wrong === undefined ? "" : ` of ${wrong}`}; it was cut or edited: let the tool print it again`,
    );
  }
  return layers;
}

/** The one row of a summary, or refuse. */
function onlyRow(report: ReportText, table: DrawnTable | null, what: string): readonly string[] {
  const [row, ...more] = table?.rows ?? [];
  if (row === undefined || more.length > 0) {
    return refuse(
      report,
      `${what} has ${table?.rows.length ?? 0} rows, not one; give the report of a design with one clock`,
    );
  }
  return row;
}

function readTiming(report: ReportText, start: number) {
  const heading = requireLine(report, /^\+ Timing( \(ns\))?:$/, start, "timing estimate");
  const label = requireLine(report, "* Summary:", heading, "summary of timing");
  const what = "the timing summary";
  const table = readTableBelow(report, label, what);
  const row = onlyRow(report, table, what);
  const cell = (title: RegExp) => row[requireColumn(report, table!, title, what)]!;
  return {
    clockNs: readPeriodIfAny(report, cell(/^Target$/), what),
    estimatedClockNs: readAchievedIfAny(report, cell(/^Estimated$/), what),
  };
}

function readLatency(report: ReportText, start: number) {
  const heading = requireLine(
    report,
    /^\+ Latency( \(clock cycles\))?:$/,
    start,
    "latency estimate",
  );
  const label = requireLine(report, "* Summary:", heading, "summary of latency");
  const what = "the latency summary";
  const table = readTableBelow(report, label, what);
  const row = onlyRow(report, table, what);
  const cycles = (title: RegExp) =>
    readCountIfAny(report, row[requireColumn(report, table!, title, what)]!, what);
  const latency = {
    min: cycles(/^Latency( \(cycles\))? min$/),
    average: null,
    max: cycles(/^Latency( \(cycles\))? max$/),
  };
  const interval = {
    min: cycles(/^Interval min$/),
    average: null,
    max: cycles(/^Interval max$/),
  };
  return {
    perInstance: readInstanceLatency(report, label),
    latencyCycles: latency.max,
    latencyCyclesRange: latency,
    initiationInterval: interval.max,
    initiationIntervalRange: interval,
  };
}

function readUtilization(report: ReportText, start: number) {
  const label = requireLine(report, "* Summary:", start, "summary of utilization");
  const what = "the utilization summary";
  const table =
    readTableBelow(report, label, what) ?? refuse(report, `${what} is empty; synthesize again`);
  const amounts = amountsOf(report, table, what);
  const row = (name: string) =>
    table.rows.find(([first]) => first === name) ??
    refuse(report, `${what} has no row ${name}; let the tool print it again`);
  return { label, total: amounts(row("Total")), available: amounts(row("Available")) };
}

function readInterface(report: ReportText, start: number): string | null {
  const heading = requireLine(report, "== Interface", start, 'section "Interface"');
  const label = requireLine(report, "* Summary:", heading, "summary of the interface");
  const what = "the interface table";
  const table = readTableBelow(report, label, what);
  if (table === null) return null;
  const column = (title: RegExp) => requireColumn(report, table, title, what);
  const [name, direction, bits, protocol] = [
    column(/^RTL Ports$/),
    column(/^Dir$/),
    column(/^Bits$/),
    column(/^Protocol$/),
  ];
  return describeInput(
    table.rows.map((row) => ({
      name: row[name]!,
      direction: row[direction]!,
      bits: readCount(report, row[bits]!, what),
      protocol: row[protocol]!,
    })),
  );
}

/**
 * Read the `<top>_csynth.rpt` of Vivado HLS or Vitis HLS.
 *
 * @throws CnntargzError `artifact` when a section is missing, cut off, or not in plain English numbers.
 */
export function readCsynthText(report: ReportText): ResourceReport {
  const heading = findLine(report, CSYNTH_HEADING);
  const [, product, top] = CSYNTH_HEADING.exec(report.lines[heading]!.trim())!;
  const { source, tool } = hlsSource(readKey(report, "Version", heading), product!);
  const performance = requireLine(
    report,
    "== Performance Estimates",
    heading,
    'section "Performance Estimates"',
  );
  const utilization = requireLine(
    report,
    "== Utilization Estimates",
    performance,
    'section "Utilization Estimates"',
  );
  const { perInstance, ...latency } = readLatency(report, performance);
  const { label, total, available } = readUtilization(report, utilization);
  return newReport({
    source,
    like: "csynth",
    tool,
    design: top!,
    device: {
      name: readKey(report, "Target device", heading),
      family: readKey(report, "Product family", heading),
      available,
      source: "the report",
    },
    ...readTiming(report, performance),
    ...latency,
    perLayer: readInstances(report, label, perInstance),
    total,
    input: readInterface(report, utilization),
  });
}
