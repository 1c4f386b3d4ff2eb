import type { TriggerPerformance } from "@cnntargz/contracts";

import { left, right } from "../document/document.js";
import { interval, percent, significant } from "../numbers.js";
import type { Figure } from "./figure.js";
import {
  type FigureLabel,
  type Layer,
  limitLine,
  plot,
  type Series,
  seriesName,
  seriesScales,
} from "./plot.js";

/** Share of a bin by which the points of neighbouring models are set apart. */
const SPREAD = 0.12;

/** A model or run with its trigger performance. */
export interface PerformanceSeries extends Series {
  readonly performance: TriggerPerformance;
}

const binsOf = ({ turnOn }: TriggerPerformance) =>
  turnOn.filter(({ efficiency }) => efficiency.value !== null);

/**
 * Turn-on curves: efficiency of the threshold in bins of true pT, a band for the Clopper-Pearson
 * intervals of each model; the threshold is dashed. Points of different models are set apart within
 * their bin. Bins without events are left out; null when no bin has any.
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
  const scales = seriesScales(filled, "bottom-right");
  const layers = filled.map(({ index, label: name, performance }, at): Layer => {
    const shift = SPREAD * (at - (filled.length - 1) / 2);
    const values = binsOf(performance).map(({ ptLowGeV, ptHighGeV, efficiency }) => ({
      pt: (ptLowGeV + ptHighGeV) / 2 + shift * (ptHighGeV - ptLowGeV),
      bin: `${significant(ptLowGeV)} to ${significant(ptHighGeV)} GeV`,
      model: name,
      efficiency: efficiency.value,
      low: efficiency.low,
      high: efficiency.high,
      events: `${efficiency.passed.toLocaleString("en-US")} of ${efficiency.total.toLocaleString("en-US")}`,
    }));
    const { color, shape } = scales.of(name);
    return {
      name: seriesName(index),
      data: { values },
      encoding: { x: { field: "pt", ...x }, color },
      layer: [
        {
          mark: { type: "area", opacity: 0.22, aria: false },
          encoding: { y: { field: "low", ...y }, y2: { field: "high" } },
        },
        {
          mark: { type: "line", strokeWidth: 1.25, aria: false },
          encoding: { y: { field: "efficiency", ...y } },
        },
        {
          mark: { type: "rule", strokeWidth: 1.5, aria: false },
          encoding: { y: { field: "low", ...y }, y2: { field: "high" } },
        },
        {
          mark: { type: "point", filled: true, size: 42, opacity: 1 },
          encoding: {
            y: { field: "efficiency", ...y },
            shape,
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
    } as Layer;
  });
  const spec = plot(label, 320, [
    ...thresholds.flatMap((pt) => limitLine("x", pt, `threshold ${significant(pt)} GeV`, x)),
    ...layers,
  ]);
  const confidence = filled[0]!.performance.plateau.confidence;
  return {
    name: "turn-on",
    title: "Turn-on",
    caption: `Share of muons with predicted pT at or above ${thresholds.join(" or ")} GeV, in bins of true pT; bands are Clopper-Pearson intervals of ${percent(confidence)}.`,
    description: filled
      .map(({ label: name, performance: { plateau } }) =>
        plateau.value === null
          ? `${name}: no muons on the plateau.`
          : `${name}: plateau ${percent(plateau.value, 4)}.`,
      )
      .join(" "),
    table: turnOnTable(filled),
    drawing: { spec },
    series: filled.map(({ index }) => index),
    hasSeriesLegend: true,
  };
}

function turnOnTable(series: readonly PerformanceSeries[]) {
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
