import type { ReportStep } from "@cnntargz/contracts";

import type { ComparedReport } from "./compare-designs.js";
import { formatCount, formatNs, RESOURCE_KINDS, RESOURCE_NAMES } from "./resource-names.js";
import { sourceOf } from "./source-of.js";
import { textTable } from "./text-table.js";

/** Steps in the order of the flow, each with what its numbers are. */
const STEPS: Readonly<Record<ReportStep, string>> = {
  csim: "C simulation",
  csynth: "C-synthesis: what HLS counts, about twice the LUTs that synthesis leaves",
  cosim: "RTL co-simulation: measured cycles",
  synthesis: "logic synthesis",
  "post-place": "after placement",
  "post-route": "after routing",
};

const orDash = <T>(value: T | null, format: (value: T) => string) =>
  value === null ? "-" : format(value);
const significant = (value: number) =>
  Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 20 });
/** Three significant digits, at most two behind the point; very little is not printed as 0. */
const percent = (value: number) =>
  value > 0 && value < 0.01 ? "<0.01" : significant(Number(value.toFixed(2)));

const RIGHT = (columns: number) => new Set(Array.from({ length: columns }, (_, at) => at + 2));

type Column = readonly [title: string, cell: (compared: ComparedReport) => string];

function table(rows: readonly ComparedReport[], first: string, columns: readonly Column[]): string {
  return textTable(
    [first, "source", ...columns.map(([title]) => title)],
    rows.map((row) => [row.design, sourceOf(row.report), ...columns.map(([, cell]) => cell(row))]),
    RIGHT(columns.length),
  );
}

const CHECKED: Column = [
  "tool says",
  ({ report }) => orDash(report.passed, (passed) => (passed ? "passed" : "failed")),
];
const TIMES: readonly Column[] = [
  ["cycles", ({ report }) => orDash(report.latencyCycles, formatCount)],
  ["latency ns", ({ timing }) => orDash(timing.latencyNs, formatNs)],
  ["interval ns", ({ timing }) => orDash(timing.intervalNs, formatNs)],
  ["clock ns", ({ timing }) => orDash(timing.periodNs, formatNs)],
];
const AMOUNTS: readonly Column[] = RESOURCE_KINDS.map((kind) => [
  RESOURCE_NAMES[kind],
  ({ report }) => orDash(report.total[kind], formatCount),
]);
const SHARES: readonly Column[] = [
  ...RESOURCE_KINDS.map((kind): Column => [
    RESOURCE_NAMES[kind],
    (row) => orDash(row.percent[kind], percent),
  ]),
  ["device", ({ report }) => report.device?.name ?? "-"],
  ["fits", ({ fits }) => fits ?? "-"],
];
const FACTORS: readonly Column[] = [
  ...RESOURCE_KINDS.map((kind): Column => [
    RESOURCE_NAMES[kind],
    ({ factors }) => orDash(factors?.[kind] ?? null, significant),
  ]),
  ["latency", ({ factors }) => orDash(factors?.latency ?? null, significant)],
];

function renderStep(step: ReportStep, rows: readonly ComparedReport[], baseline: string): string {
  const counted = rows.filter(({ fits }) => fits !== null);
  const isChecked = rows.some(({ report }) => report.passed !== null);
  const times = rows.some(({ report }) => report.latencyCycles !== null || report.clockNs !== null)
    ? TIMES
    : [];
  const absolute = table(rows, "design", [
    ...(counted.length > 0 ? AMOUNTS : []),
    ...times,
    ...(isChecked ? [CHECKED] : []),
  ]);
  const others = rows.filter(({ design }) => design !== baseline);
  const factors = others.filter((row) => row.factors !== null);
  return [
    `== ${STEPS[step]}`,
    absolute,
    ...(counted.length > 0 ? [table(counted, "% of the device", SHARES)] : []),
    ...(factors.length > 0 ? [table(factors, `factor to ${baseline}`, FACTORS)] : []),
    ...(factors.length === 0 && others.length > 0 && counted.length > 0
      ? [`no factors: ${baseline} has no single report of this step`]
      : []),
  ].join("\n\n");
}

/**
 * A comparison as text: for each step of the flow the absolute numbers, the shares of the device and
 * the factors to the baseline, each number with its source. Steps are kept apart, since their numbers
 * do not compare. Ends in a newline.
 */
export function renderComparison(compared: readonly ComparedReport[], baseline: string): string {
  const steps = (Object.keys(STEPS) as ReportStep[]).flatMap((step) => {
    const rows = compared.filter(({ report }) => report.like === step);
    return rows.length === 0 ? [] : [renderStep(step, rows, baseline)];
  });
  return `${steps.join("\n\n")}\n`;
}
