import type { ResourceKind, ResourceReport, Verdict } from "@cnntargz/contracts";

import { textTable } from "./text-table.js";

const COLUMNS: readonly (readonly [ResourceKind, string])[] = [
  ["lut", "LUT"],
  ["ff", "FF"],
  ["dsp", "DSP"],
  ["bram18", "BRAM18"],
  ["uram", "URAM"],
];

const integer = (value: number) => Math.round(value).toLocaleString("en-US");
const short = (value: number | null) =>
  value === null
    ? "-"
    : Number(value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 6 });

/** The rows of `verdict` as a text table, their notes below, and the answer; ends in a newline. */
export function renderVerdict(verdict: Verdict): string {
  const table = textTable(
    ["requirement", "value", "limit", "unit", "margin", "status"],
    verdict.rows.map((row) => [
      row.requirement,
      short(row.value),
      short(row.limit),
      row.unit,
      row.margin === null ? "-" : `${(100 * row.margin).toFixed(1)} %`,
      row.status,
    ]),
    new Set([1, 2, 4]),
  );
  const notes = verdict.rows.map((row) => `  ${row.requirement}: ${row.note}`);
  return `${table}\n\n${notes.join("\n")}\n\nverdict: ${verdict.status}\n`;
}

function share(value: number, available: number): string {
  if (available === 0) return value === 0 ? "-" : "none there";
  return `${((100 * value) / available).toFixed(2)} %`;
}

/**
 * `report` as a text table: a row per layer, the total, the 90 % band, the share of the device; then
 * latency and interval with the input they are stated for. Ends in a newline.
 */
export function renderResources(report: ResourceReport): string {
  const row = (name: string, cell: (kind: ResourceKind) => string) => [
    name,
    ...COLUMNS.map(([kind]) => cell(kind)),
  ];
  const { total, band, device, clockNs, latencyCycles, initiationInterval } = report;
  const table = textTable(
    ["layer", ...COLUMNS.map(([, title]) => title)],
    [
      ...report.perLayer.map((layer) => row(layer.name, (kind) => integer(layer[kind]))),
      row("total", (kind) => integer(total[kind])),
      row("band 90 %", (kind) => `${integer(band[kind][0])}..${integer(band[kind][1])}`),
      row(device.name, (kind) => integer(device.available[kind])),
      row("share", (kind) => share(total[kind], device.available[kind])),
    ],
    new Set(COLUMNS.map((_, column) => column + 1)),
  );
  const ns = (cycles: number) => Number((cycles * clockNs).toPrecision(6)).toLocaleString("en-US");
  return (
    `${report.source}, like ${report.like}\n${table}\n\n` +
    `latency ${integer(latencyCycles)} cycles = ${ns(latencyCycles)} ns, ` +
    `interval ${integer(initiationInterval)} cycles = ${ns(initiationInterval)} ns ` +
    `at ${clockNs} ns, input ${report.input}\n`
  );
}
