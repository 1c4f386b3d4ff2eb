import type { TriggerPerformance } from "@cnntargz/contracts";

import { left, right } from "../document/document.js";
import { perMille, significant } from "../numbers.js";
import type { Figure } from "./figure.js";
import { type FigureLabel, type Layer, limitLine, plot, seriesName, topLegend } from "./plot.js";
import { COLOURS, SHAPES } from "./style.js";
import type { PerformanceSeries } from "./turn-on.js";

/** A run whose judged model has so many bits, with or without distillation. */
export interface BitsSeries extends PerformanceSeries {
  readonly bits: number;
  readonly isDistilled: boolean;
}

interface Measured {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What is drawn against bits. */
interface Quantity {
  readonly name: string;
  readonly title: string;
  readonly axis: string;
  readonly caption: string;
  readonly measure: (performance: TriggerPerformance) => Measured | null;
  readonly required: number | null;
  /** Where the requirement is written: where values rather are not. */
  readonly isRequiredBelow: boolean;
  readonly format: (value: number) => string;
}

const GROUPS = ["with hints of the Teacher", "without"] as const;
const groupOf = ({ isDistilled }: BitsSeries) => (isDistilled ? GROUPS[0] : GROUPS[1]);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function bitsFigure(
  runs: readonly BitsSeries[],
  label: FigureLabel,
  quantity: Quantity,
): Figure | null {
  const { measure, required, format } = quantity;
  const rows = runs.flatMap((run) => {
    const measured = measure(run.performance);
    if (measured === null) return [];
    const shift = run.isDistilled ? -0.07 : 0.07;
    return [
      {
        index: run.index,
        run: run.label,
        bits: run.bits,
        x: run.bits + shift,
        group: groupOf(run),
        ...measured,
      },
    ];
  });
  const widths = [...new Set(rows.map(({ bits }) => bits))].sort((a, b) => a - b);
  if (widths.length === 0) return null;
  const medians = GROUPS.flatMap((group) =>
    widths.flatMap((bits) => {
      const values = rows.filter((row) => row.group === group && row.bits === bits);
      if (values.length === 0) return [];
      return [{ group, x: values[0]!.x, value: median(values.map(({ value }) => value)) }];
    }),
  );
  const highest = Math.max(...rows.map(({ high }) => high), required ?? 0);
  const lowest = Math.min(...rows.map(({ low }) => low), required ?? Infinity);
  const room = 0.06 * (highest - lowest || 1);
  const x = {
    type: "quantitative" as const,
    title: "bits of weights and activations",
    scale: { domain: [widths[0]! - 0.5, widths.at(-1)! + 0.5], nice: false, zero: false },
    axis: { values: widths, format: "d" },
  };
  const y = {
    type: "quantitative" as const,
    title: quantity.axis,
    scale: { domain: [Math.max(0, lowest - room), highest + room], nice: false, zero: false },
    axis: { tickCount: 6 },
  };
  const scale = { domain: [...GROUPS], range: [COLOURS[0], COLOURS[1]] };
  const legend = topLegend(GROUPS);
  const encoding = {
    color: { field: "group", type: "nominal" as const, scale, legend },
    shape: {
      field: "group",
      type: "nominal" as const,
      scale: { domain: [...GROUPS], range: [SHAPES[0], SHAPES[1]] },
      legend,
    },
  };
  const layers = [
    ...(required === null
      ? []
      : limitLine("y", required, "required", y, { below: quantity.isRequiredBelow })),
    {
      data: { values: medians },
      mark: { type: "line", strokeWidth: 1.25, opacity: 0.7 },
      encoding: { x: { field: "x", ...x }, y: { field: "value", ...y }, color: encoding.color },
    },
    ...rows.map((row) => ({
      name: seriesName(row.index),
      data: { values: [row] },
      encoding: { x: { field: "x", ...x } },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 1.5 },
          encoding: { y: { field: "low", ...y }, y2: { field: "high" }, color: encoding.color },
        },
        {
          mark: { type: "point", filled: true, size: 60, opacity: 1 },
          encoding: {
            y: { field: "value", ...y },
            ...encoding,
            tooltip: [
              { field: "run", title: "run" },
              { field: "bits", title: "bits" },
              { field: "group", title: "hints" },
              { field: "value", title: quantity.title, format: ".4~g" },
              { field: "low", title: "from", format: ".4~g" },
              { field: "high", title: "to", format: ".4~g" },
            ],
          },
        },
      ],
    })),
  ] as Layer[];
  const byBits = [...rows].sort((a, b) => a.bits - b.bits || (a.group < b.group ? -1 : 1));
  return {
    name: quantity.name,
    title: quantity.title,
    caption: quantity.caption,
    description: GROUPS.flatMap((group) => {
      const line = medians.filter((each) => each.group === group);
      if (line.length === 0) return [];
      const values = line.map(({ x: at, value }) => `${format(value)} at ${Math.round(at)} bits`);
      return [`Median ${group}: ${values.join(", ")}.`];
    }).join(" "),
    table: {
      caption: `${quantity.title} by bits`,
      columns: [left("run"), right("bits"), left("hints"), right(quantity.title.toLowerCase())],
      rows: byBits.map(({ run, bits, group, value, low, high }) => [
        run,
        String(bits),
        group === GROUPS[0] ? "yes" : "no",
        `${format(value)} (${format(low)}..${format(high)})`,
      ]),
    },
    drawing: { spec: plot(label, 280, layers) },
    series: rows.map(({ index }) => index),
  };
}

/** Fake rate, plateau and resolution against bits, with and without distillation; those that are known. */
export function bitsFigures(
  runs: readonly BitsSeries[],
  required: { readonly fakeRate: number; readonly plateau: number },
  label: FigureLabel,
): Figure[] {
  const scaled =
    (factor: number) =>
    (of: TriggerPerformance["plateau"]): Measured | null =>
      of.value === null
        ? null
        : { value: factor * of.value, low: factor * of.low, high: factor * of.high };
  const quantities: Quantity[] = [
    {
      name: "bits-fake-rate",
      title: "Fake rate by bits",
      axis: "fake rate [‰]",
      caption:
        "One point per run with its interval, lines through medians; dashed: required of the upper limit.",
      measure: ({ fakeRate }) => scaled(1000)(fakeRate),
      required: 1000 * required.fakeRate,
      isRequiredBelow: true,
      format: (value) => `${perMille(value / 1000)} ‰`,
    },
    {
      name: "bits-plateau",
      title: "Plateau by bits",
      axis: "plateau efficiency",
      caption:
        "One point per run with its interval, lines through medians; dashed: required of the lower limit.",
      measure: ({ plateau }) => scaled(1)(plateau),
      required: required.plateau,
      isRequiredBelow: false,
      format: (value) => significant(value),
    },
    {
      name: "bits-resolution",
      title: "pT resolution by bits",
      axis: "pT resolution [GeV]",
      caption:
        "Standard deviation of predicted minus true pT within 1 GeV of the threshold: one point per run with its error, lines through medians.",
      measure: ({ resolution }) =>
        resolution && {
          value: resolution.stdGeV,
          low: Math.max(0, resolution.stdGeV - resolution.stdErrorGeV),
          high: resolution.stdGeV + resolution.stdErrorGeV,
        },
      required: null,
      isRequiredBelow: false,
      format: (value) => `${significant(value, 3)} GeV`,
    },
  ];
  return quantities.flatMap((quantity) => bitsFigure(runs, label, quantity) ?? []);
}
