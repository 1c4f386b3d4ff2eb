import type { Proportion, TriggerPerformance } from "@cnntargz/contracts";

import { left, right } from "../document/document.js";
import { interval, perMille, significant } from "../numbers.js";
import type { Figure } from "./figure.js";
import { type FigureLabel, type Layer, limitLine, plot, seriesName } from "./plot.js";
import { INK } from "./style.js";
import { colourOf, shapeOf } from "./swatch.js";
import type { PerformanceSeries } from "./turn-on.js";

/** A proportion by which models are compared. */
interface Rate {
  readonly name: string;
  readonly title: string;
  readonly axis: string;
  readonly caption: string;
  readonly proportion: (performance: TriggerPerformance) => Proportion;
  /** One-sided 95 % limit that the requirement is about. */
  readonly limitOf: (performance: TriggerPerformance) => number;
  readonly limitTitle: string;
  /** The requirement. */
  readonly required: number;
  /** Factor to the axis' unit. */
  readonly scale: number;
  /** A rate as number in `unit`. */
  readonly format: (rate: number) => string;
  /** With a blank before it, or nothing. */
  readonly unit: string;
}

/**
 * One row per model: the measured proportion with its Clopper-Pearson interval, its one-sided 95 %
 * limit as a bar across, and the requirement as a dashed line. Null when no model has events.
 */
function rateFigure(
  series: readonly PerformanceSeries[],
  label: FigureLabel,
  rate: Rate,
): Figure | null {
  const { proportion, limitOf, required, scale, format, unit } = rate;
  const rows = series.flatMap(({ index, label: model, performance }) => {
    const { value, low, high, passed, total } = proportion(performance);
    if (value === null) return [];
    const [scaled, limit] = [scale * value, scale * limitOf(performance)];
    const events = `${passed.toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`;
    return [{ index, model, value: scaled, low: scale * low, high: scale * high, limit, events }];
  });
  if (rows.length === 0) return null;
  const shown = [scale * required, ...rows.flatMap(({ low, high, limit }) => [low, high, limit])];
  const least = Math.min(...shown);
  const most = Math.max(...shown);
  const room = 0.08 * (most - least || 1);
  const x = {
    type: "quantitative" as const,
    title: rate.axis,
    scale: { domain: [Math.max(0, least - room), most + room], nice: false, zero: false },
    axis: { tickCount: 6 },
  };
  const y = {
    field: "model",
    type: "nominal" as const,
    sort: null,
    scale: { domain: rows.map(({ model }) => model) },
    title: null,
    axis: { ticks: false, labelPadding: 8 },
  };
  const tooltip = [
    { field: "model", title: "model" },
    { field: "value", title: rate.title, format: ".4~g" },
    { field: "low", title: "from", format: ".4~g" },
    { field: "high", title: "to", format: ".4~g" },
    { field: "limit", title: rate.limitTitle, format: ".4~g" },
    { field: "events", title: "events" },
  ];
  const spec = plot(label, { step: 34 }, [
    ...limitLine("x", scale * required, "", x),
    ...rows.map((row): Layer => ({
      name: seriesName(row.index),
      data: { values: [row] },
      encoding: { y },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 2, color: colourOf(row.index) },
          encoding: { x: { field: "low", ...x }, x2: { field: "high" } },
        },
        {
          mark: { type: "tick", thickness: 2.5, size: 16, opacity: 1, color: INK },
          encoding: { x: { field: "limit", ...x } },
        },
        {
          mark: {
            type: "point",
            filled: true,
            size: 60,
            opacity: 1,
            color: colourOf(row.index),
            shape: shapeOf(row.index),
          },
          encoding: { x: { field: "value", ...x }, tooltip },
        },
      ],
    })),
  ]);
  return {
    name: rate.name,
    title: rate.title,
    caption: rate.caption,
    description: rows
      .map(
        ({ model, value, limit }) =>
          `${model}: ${format(value / scale)}${unit}, ${rate.limitTitle} ${format(limit / scale)}${unit}.`,
      )
      .join(" "),
    table: {
      caption: `${rate.title} with interval, one-sided limit and requirement`,
      columns: [
        left("model"),
        ...[rate.title.toLowerCase(), rate.limitTitle, "required"].map((title) =>
          right(unit === "" ? title : `${title},${unit}`),
        ),
        right("events"),
      ],
      rows: rows.map(({ index, model, limit, events }) => {
        const { performance } = series.find((each) => each.index === index)!;
        return [
          model,
          interval(proportion(performance), format),
          format(limit / scale),
          format(required),
          events,
        ];
      }),
    },
    drawing: { spec },
    series: rows.map(({ index }) => index),
  };
}

/** Fake rate of each model in per mille; null without background events. */
export const fakeRateFigure = (
  series: readonly PerformanceSeries[],
  label: FigureLabel,
  required: number,
): Figure | null =>
  rateFigure(series, label, {
    name: "fake-rate",
    title: "Fake rate",
    axis: "fake rate [‰]",
    caption:
      "Share of background events at or above the threshold, in per mille. Point and line: value and interval; upright bar: one-sided 95 % upper limit; dashed: the requirement on that limit.",
    proportion: ({ fakeRate }) => fakeRate,
    limitOf: ({ fakeRateUpperLimit }) => fakeRateUpperLimit,
    limitTitle: "95 % upper limit",
    required,
    scale: 1000,
    format: perMille,
    unit: " ‰",
  });

/** Plateau efficiency of each model; null without muons on the plateau. */
export const plateauFigure = (
  series: readonly PerformanceSeries[],
  label: FigureLabel,
  required: number,
): Figure | null =>
  rateFigure(series, label, {
    name: "plateau",
    title: "Plateau",
    axis: "plateau efficiency",
    caption:
      "Efficiency for true pT of 15 to 20 GeV. Point and line: value and interval; upright bar: one-sided 95 % lower limit; dashed: the requirement on that limit.",
    proportion: ({ plateau }) => plateau,
    limitOf: ({ plateauLowerLimit }) => plateauLowerLimit,
    limitTitle: "95 % lower limit",
    required,
    scale: 1,
    format: (value) => significant(value),
    unit: "",
  });
