import type { TopLevelSpec } from "vega-lite";

import { COLOURS, SHAPES, SIZE, STYLE } from "./figure-style.js";
import type { ReportModel } from "./report-input.js";

/** Share of a bin by which the points of neighbouring models are set apart. */
const SPREAD = 0.2;

/**
 * Turn-on curves: efficiency of the threshold in bins of true pT, one set of points per model with
 * their Clopper-Pearson intervals; the threshold is dashed. Points of different models are set apart
 * within their bin. Bins without events are left out.
 */
export function turnOnFigure(models: readonly ReportModel[]): TopLevelSpec {
  const labels = models.map(({ label }) => label);
  const points = models.flatMap(({ label, performance }, index) =>
    performance.turnOn
      .filter(({ efficiency }) => efficiency.value !== null)
      .map(({ ptLowGeV, ptHighGeV, efficiency }) => ({
        model: label,
        pt:
          (ptLowGeV + ptHighGeV) / 2 +
          SPREAD * (index - (models.length - 1) / 2) * (ptHighGeV - ptLowGeV),
        ptLow: ptLowGeV,
        ptHigh: ptHighGeV,
        efficiency: efficiency.value,
        low: efficiency.low,
        high: efficiency.high,
      })),
  );
  const thresholds = [...new Set(models.map(({ performance }) => performance.thresholdGeV))];
  const lowest = Math.min(...points.map(({ ptLow }) => ptLow));
  const highest = Math.max(...points.map(({ ptHigh }) => ptHigh));
  const x = {
    field: "pt",
    type: "quantitative" as const,
    title: "true pT [GeV]",
    scale: { domain: [lowest, highest], nice: false, zero: false },
  };
  const colour = {
    field: "model",
    type: "nominal",
    scale: { domain: labels, range: [...COLOURS] },
    legend: { orient: "right" },
  } as const;
  return {
    ...SIZE,
    config: STYLE,
    data: { values: points },
    layer: [
      {
        data: { values: thresholds.map((pt) => ({ pt, label: `threshold ${pt} GeV` })) },
        layer: [
          { mark: { type: "rule", strokeDash: [6, 4], color: "#555555" }, encoding: { x } },
          {
            mark: { type: "text", align: "right", dx: -6, color: "#555555", fontSize: 12 },
            encoding: { x, y: { datum: 1.06 }, text: { field: "label" } },
          },
        ],
      },
      {
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: {
          x,
          y: {
            field: "low",
            type: "quantitative",
            title: "efficiency",
            scale: { domain: [0, 1.12], nice: false },
          },
          y2: { field: "high" },
          color: colour,
        },
      },
      {
        mark: { type: "point", filled: true, size: 55, opacity: 1 },
        encoding: {
          x,
          y: { field: "efficiency", type: "quantitative" },
          color: colour,
          shape: {
            field: "model",
            type: "nominal",
            scale: { domain: labels, range: [...SHAPES] },
            legend: { orient: "right" },
          },
        },
      },
    ],
  };
}
