import type { CycleRange, ResourceKind, ResourceReport, Verdict } from "@cnntargz/contracts";

import { formatCount, formatNs, RESOURCE_KINDS, RESOURCE_NAMES } from "./resource-names.js";
import { sourceOf } from "./source-of.js";
import { textTable } from "./text-table.js";
import { timingOf } from "./timing-of.js";

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

function share(value: number | null, available: number | null): string {
  if (value === null || available === null) return "-";
  if (available === 0) return value === 0 ? "-" : "none there";
  return `${((100 * value) / available).toFixed(2)} %`;
}

const orDash = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? "-" : format(value);

/** `10`, `10..14` where the best case differs from the worst, `10 or more` where that is not known. */
function cyclesText(worst: number | null, range: CycleRange | null): string | null {
  const best = range?.min ?? null;
  if (worst === null) return best === null ? null : `${formatCount(best)} or more`;
  return best === null || best === worst
    ? formatCount(worst)
    : `${formatCount(best)}..${formatCount(worst)}`;
}

/** What `report` states of latency, interval, clock and input, in one line, which may be empty. */
function timingLine(report: ResourceReport): string {
  const { latencyNs, intervalNs, periodNs, missesClock } = timingOf(report);
  const span = (name: string, cycles: string | null, ns: number | null) =>
    cycles === null
      ? []
      : [`${name} ${cycles} cycles${ns === null ? "" : ` = ${formatNs(ns)} ns`}`];
  const misses = missesClock
    ? ` (timing analysis does not allow ${formatNs(report.clockNs!)} ns)`
    : "";
  return [
    ...span("latency", cyclesText(report.latencyCycles, report.latencyCyclesRange), latencyNs),
    ...span(
      "interval",
      cyclesText(report.initiationInterval, report.initiationIntervalRange),
      intervalNs,
    ),
    ...(periodNs === null ? [] : [`clock ${formatNs(periodNs)} ns${misses}`]),
    ...(report.passed === null ? [] : [`the tool says: ${report.passed ? "passed" : "failed"}`]),
    ...(report.latencyCycles === null && report.input === null
      ? []
      : [`input ${report.input ?? "not stated"}`]),
  ].join(", ");
}

/**
 * `report` as a text table: a row per layer, the total, the 90 % band, the share of the device; then
 * latency and interval with the input they are stated for. What is not stated is a dash or left out.
 * Ends in a newline.
 */
export function renderResources(report: ResourceReport): string {
  const row = (name: string, cell: (kind: ResourceKind) => string) => [
    name,
    ...RESOURCE_KINDS.map(cell),
  ];
  const { total, band, device } = report;
  const heading = sourceOf(report);
  if (RESOURCE_KINDS.every((kind) => total[kind] === null)) {
    return `${heading}\n${timingLine(report)}\n`;
  }
  const isExact = RESOURCE_KINDS.every((kind) => band[kind]?.[0] === band[kind]?.[1]);
  const bandText = ([low, high]: readonly [number, number]) =>
    `${formatCount(low)}..${formatCount(high)}`;
  const table = textTable(
    ["layer", ...RESOURCE_KINDS.map((kind) => RESOURCE_NAMES[kind])],
    [
      ...report.perLayer.map((layer) =>
        row(layer.name, (kind) => orDash(layer[kind], formatCount)),
      ),
      row("total", (kind) => orDash(total[kind], formatCount)),
      ...(isExact
        ? []
        : [row("band 90 %", (kind) => (band[kind] === null ? "-" : bandText(band[kind])))]),
      ...(device === null
        ? []
        : [
            row(device.name, (kind) => orDash(device.available[kind], formatCount)),
            row("share", (kind) => share(total[kind], device.available[kind])),
          ]),
    ],
    new Set(RESOURCE_KINDS.map((_, column) => column + 1)),
  );
  const timing = timingLine(report);
  return `${heading}\n${table}\n${timing === "" ? "" : `\n${timing}\n`}`;
}
