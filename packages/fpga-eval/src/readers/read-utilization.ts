import type { LayerResources, ReportedResources, ResourceReport } from "@cnntargz/contracts";

import { namedDevice, newReport } from "./new-report.js";
import { readCount } from "./read-number.js";
import { findLine, refuse, type ReportText, requireLine } from "./report-text.js";
import { type DrawnTable, findColumn, readDrawnTable, requireColumn } from "./text-tables.js";
import { designStep, readVivadoHeader, vivadoVersion } from "./vivado-header.js";

/** A `Block RAM Tile` has 36 Kb; a half counts as 0.5. */
const BRAM18_PER_TILE = 2;

/** Site types by resource, in the words of 7-series, UltraScale and Versal parts; `*` marks a footnote. */
const SITES = {
  lut: /^(CLB|Slice) LUTs\*?$/,
  ff: /^((CLB|Slice) )?Registers\*?$/,
  dsp: /^(DSPs|DSP Slices)\*?$/,
  bram18: /^Block RAM Tile\*?$/,
  uram: /^URAM\*?$/,
};

/** Every section of the table of contents must be there in order, else figures are missing too. */
function requireAllSections(report: ReportText, contents: number): void {
  const titles: string[] = [];
  // The dashes below the title come first.
  for (let at = contents + 2; /^\d/.test(report.lines[at]?.trim() ?? ""); at++) {
    titles.push(report.lines[at]!.trim());
  }
  let at = contents + 2 + titles.length;
  for (const title of titles) at = requireLine(report, title, at, `section "${title}"`);
}

/** Titles of a table of the whole device; those of single SLRs have no column Used. */
export const SITE_TITLES = /^\| *Site Type *\|(.*\|)? *Used *\|/;

/** The tables of the form `Site Type | Used | ... | Available`. */
function siteTables(report: ReportText): DrawnTable[] {
  const tables: DrawnTable[] = [];
  for (let at = 1; at < report.lines.length; at++) {
    const line = report.lines[at]!.trim();
    if (SITE_TITLES.test(line)) {
      tables.push(readDrawnTable(report, at - 1, "a table of sites"));
    }
  }
  return tables;
}

/** Half tiles are printed as 0.5, everything else in whole numbers. */
function readTiles(report: ReportText, cell: string): number {
  const [, whole, half] = /^(\d{1,9})(\.[05]0*)?$/.exec(cell.trim()) ?? [];
  if (whole === undefined) {
    return refuse(report, `Block RAM Tile is "${cell}", which is not a number of 36 Kb tiles`);
  }
  return BRAM18_PER_TILE * (Number(whole) + (half === undefined ? 0 : Number(half)));
}

function readSites(report: ReportText, tables: readonly DrawnTable[]) {
  const read = (kind: keyof typeof SITES, title: RegExp): number | null => {
    for (const table of tables) {
      const row = table.rows.find(([site]) => SITES[kind].test(site!));
      if (row === undefined) continue;
      const cell = row[requireColumn(report, table, title, "a table of sites")]!;
      return kind === "bram18" ? readTiles(report, cell) : readCount(report, cell, row[0]!);
    }
    return null;
  };
  const all = (title: RegExp): ReportedResources => ({
    lut: read("lut", title),
    ff: read("ff", title),
    dsp: read("dsp", title),
    bram18: read("bram18", title),
    uram: read("uram", title),
  });
  const total = all(/^Used$/);
  if (total.lut === null || total.ff === null) {
    refuse(
      report,
      "has no row CLB LUTs or Slice LUTs with registers below; give report_utilization of the whole design",
    );
  }
  return { total, available: all(/^Available$/) };
}

/** The state of the design; without the header, the footnote that only synthesis prints tells. */
function readState(report: ReportText, header: ReadonlyMap<string, string>): string {
  const state = header.get("Design State");
  if (state !== undefined) return state;
  if (findLine(report, /^\* Warning! The Final LUT count, after physical optimizations/) >= 0) {
    return "Synthesized";
  }
  return refuse(
    report,
    'has no line "Design State", so that nobody knows whether it is from before or after routing; report utilization with its header',
  );
}

/**
 * Read `report_utilization` of Vivado after synthesis, placement or routing, such as hls4ml's
 * `vivado_synth.rpt`. Columns are found by their titles; 36 Kb block RAM tiles count as two BRAM18.
 *
 * @throws CnntargzError `artifact` when sections are missing or numbers are not plain.
 */
export function readUtilization(report: ReportText): ResourceReport {
  const header = readVivadoHeader(report);
  const contents = findLine(report, "Table of Contents");
  if (contents >= 0) requireAllSections(report, contents);
  const common = {
    ...designStep(report, readState(report, header)),
    tool: vivadoVersion(header),
    design: header.get("Design") ?? null,
  };
  const device = namedDevice(header.get("Device") ?? "a part that the report does not name");
  const hierarchy = findLine(report, /^\|\s*Instance\s*\|\s*Module\s*\|\s*Total LUTs\s*\|/);
  if (hierarchy > 0) {
    return newReport({ ...common, device, ...readHierarchy(report, hierarchy - 1) });
  }
  const { total, available } = readSites(report, siteTables(report));
  return newReport({
    ...common,
    device: { name: device.name, family: device.family, available, source: "the report" },
    total,
  });
}

/** `report_utilization -hierarchical`: the top module, and a row for each instance right below it. */
function readHierarchy(
  report: ReportText,
  start: number,
): { total: ReportedResources; perLayer: LayerResources[] } {
  const what = "the table of instances";
  const table = readDrawnTable(report, start, what);
  const column = (title: RegExp) => requireColumn(report, table, title, what);
  const [lut, ff, ramb36, ramb18, dsp] = [
    column(/^Total LUTs$/),
    column(/^FFs$/),
    column(/^RAMB36$/),
    column(/^RAMB18$/),
    column(/^(DSP48|DSP) Blocks$|^DSP Slices$/),
  ];
  const uram = findColumn(table, /^URAM$/);
  /** `1526(2.87%)` with -hierarchical_percentages. */
  const amount = (row: readonly string[], at: number) =>
    readCount(report, row[at]!.replace(/\([<\d.]+%\)$/, ""), what);
  const amounts = (row: readonly string[]): ReportedResources => ({
    lut: amount(row, lut),
    ff: amount(row, ff),
    dsp: amount(row, dsp),
    bram18: BRAM18_PER_TILE * amount(row, ramb36) + amount(row, ramb18),
    uram: uram < 0 ? null : amount(row, uram),
  });
  const top = table.rows[0];
  if (top === undefined || top[1] !== "(top)") {
    return refuse(report, `${what} does not begin with the top module; report the whole design`);
  }
  const depth = table.indents[0]! + 2;
  const instances = table.rows.filter(
    ([, module], at) => table.indents[at] === depth && module !== "(top)",
  );
  return {
    total: amounts(top),
    perLayer: instances.map((row) => ({ name: row[0]!, ...amounts(row), latencyCycles: null })),
  };
}
