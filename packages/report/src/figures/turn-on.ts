import type { TriggerPerformance } from "@cnntargz/contracts";

import { left, right, type Table } from "../document/document.js";
import { integer, interval, percent, significant } from "../numbers.js";
import type { Figure } from "./figure.js";
import {
  type FigureLabel,
  type Layer,
  limitLine,
  plot,
  type Series,
  seriesLegend,
  seriesMark,
  seriesName,
} from "./plot.js";

/** A model or run with its trigger performance. */
export interface PerformanceSeries extends Series {
  readonly performance: TriggerPerformance;
}

const binsOf = ({ turnOn }: Pick<TriggerPerformance, "turnOn">) =>
  turnOn.filter(({ efficiency }) => efficiency.value !== null);

/** The fitted turn-on with its error; through the points and their intervals without a fit. */
function bandOf({ turnOnFit: fit, ...performance }: TriggerPerformance) {
  const digits = (value: number): number => Number(value.toFixed(5));
  if (fit.status !== "fitted") {
    return binsOf(performance).map(({ ptLowGeV, ptHighGeV, efficiency }) => ({
      pt: (ptLowGeV + ptHighGeV) / 2,
      ...{ efficiency: efficiency.value, low: efficiency.low, high: efficiency.high },
    }));
  }
  return fit.curve.map(({ ptGeV, efficiency, error }) => ({
    pt: digits(ptGeV),
    efficiency: digits(efficiency),
    low: digits(Math.max(0, efficiency - error)),
    high: digits(Math.min(1, efficiency + error)),
  }));
}

/** What lines and bands are, in words. */
function linesOf(series: readonly PerformanceSeries[]): string {
  const fitted = series.filter(({ performance }) => performance.turnOnFit.status === "fitted");
  const points = "through the points and their intervals";
  if (fitted.length === 0) return points;
  const fits = "fitted error functions and their errors";
  return fitted.length === series.length ? fits : `${fits}; ${points} where there is no fit`;
}

/** The point of each bin: efficiency and interval at the centre. */
function pointsOf(name: string, performance: TriggerPerformance) {
  return binsOf(performance).map(({ ptLowGeV, ptHighGeV, efficiency }) => ({
    pt: (ptLowGeV + ptHighGeV) / 2,
    binLow: ptLowGeV,
    binHigh: ptHighGeV,
    bin: `${significant(ptLowGeV)} to ${significant(ptHighGeV)} GeV`,
    model: name,
    efficiency: efficiency.value,
    low: efficiency.low,
    high: efficiency.high,
    events: `${integer(efficiency.passed)} of ${integer(efficiency.total)}`,
  }));
}

/**
 * Turn-on curves: efficiency of the threshold in bins of true pT with
 * Clopper-Pearson intervals, and the fitted error function with its error; the threshold is dashed. Bins without
 * events are left out; null when no bin has any.
 */
export function turnOnFigure(
  series: readonly PerformanceSeries[],
  label: FigureLabel,
): Figure | null {
  const filled = series.filter(({ performance }) => binsOf(performance).length > 0);
  if (filled.length === 0) return null;
  const thresholds = [...new Set(filled.map(({ performance }) => performance.thresholdGeV))];
  const edges = filled.flatMap(({ performance }) =>
    binsOf(performance).flatMap(({ ptLowGeV, ptHighGeV }) => [ptLowGeV, ptHighGeV]),
  );
  const x = {
    field: "pt",
    type: "quantitative" as const,
    title: "true pT [GeV]",
    scale: { domain: [Math.min(...edges), Math.max(...edges)], nice: false, zero: false },
  };
  const y = {
    type: "quantitative" as const,
    title: "efficiency",
    scale: { domain: [0, 1.1], nice: false },
    axis: { values: [0, 0.2, 0.4, 0.6, 0.8, 1] },
  };
  const layers = filled.map(({ index, label: name, performance }): Layer => {
    const { color, shape } = seriesMark(index);
    const points = pointsOf(name, performance);
    const band = { values: bandOf(performance) };
    return {
      name: seriesName(index),
      data: { values: points },
      encoding: { x },
      layer: [
        {
          data: band,
          mark: { type: "area", opacity: 0.25, color },
          encoding: { y: { field: "low", ...y }, y2: { field: "high" } },
        },
        {
          data: band,
          mark: { type: "line", strokeWidth: 1.5, color },
          encoding: { y: { field: "efficiency", ...y } },
        },
        {
          mark: { type: "rule", strokeWidth: 1.5, color },
          encoding: { y: { field: "low", ...y }, y2: { field: "high" } },
        },
        {
          mark: { type: "rule", strokeWidth: 1, color },
          encoding: {
            x: { ...x, field: "binLow" },
            x2: { field: "binHigh" },
            y: { field: "efficiency", ...y },
          },
        },
        {
          mark: { type: "point", filled: true, size: 38, opacity: 1, color, shape },
          encoding: {
            y: { field: "efficiency", ...y },
            tooltip: [
              { field: "model", title: "model" },
              { field: "bin", title: "true pT" },
              { field: "efficiency", title: "efficiency", format: ".4f" },
              { field: "low", title: "from", format: ".4f" },
              { field: "high", title: "to", format: ".4f" },
              { field: "events", title: "at or above threshold" },
            ],
          },
        },
      ],
    };
  });
  const confidence = percent(filled[0]!.performance.plateau.confidence);
  return {
    name: "turn-on",
    title: "Turn-on",
    caption: `Share of muons with predicted pT at or above ${thresholds.join(" or ")} GeV, in bins of true pT, with Clopper-Pearson intervals of ${confidence}. Lines and bands: ${linesOf(filled)}.`,
    description: filled
      .map(({ label: name, performance: { plateau, fiftyPercentGeV } }) => {
        const half =
          fiftyPercentGeV === null ? "" : `, 50 % at ${significant(fiftyPercentGeV.value, 3)} GeV`;
        return plateau.value === null
          ? `${name}: no muons on the plateau${half}.`
          : `${name}: plateau ${percent(plateau.value, 4)}${half}.`;
      })
      .join(" "),
    table: turnOnTable(filled),
    drawing: {
      spec: plot(label, 330, [
        ...thresholds.flatMap((pt) => limitLine("x", pt, "threshold", x)),
        ...layers,
        seriesLegend(filled, "bottom-right", 10),
      ]),
    },
    series: filled.map(({ index }) => index),
    hasSeriesLegend: true,
  };
}

function turnOnTable(series: readonly PerformanceSeries[]): Table {
  const bins = new Map<string, (string | undefined)[]>();
  series.forEach(({ performance }, at) => {
    for (const { ptLowGeV, ptHighGeV, efficiency } of performance.turnOn) {
      const bin = `${significant(ptLowGeV)} to ${significant(ptHighGeV)}`;
      const cells = bins.get(bin) ?? series.map(() => undefined);
      cells[at] = interval(efficiency, (value) => value.toFixed(4));
      bins.set(bin, cells);
    }
  });
  return {
    caption: "Efficiency in bins of true pT, with intervals",
    columns: [left("true pT, GeV"), ...series.map(({ label }) => right(label))],
    rows: [...bins].map(([bin, cells]) => [bin, ...cells.map((cell) => cell ?? "")]),
  };
}
