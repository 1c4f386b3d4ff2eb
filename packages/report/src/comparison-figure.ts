import type { Proportion } from "@cnntargz/contracts";
import type { TopLevelSpec } from "vega-lite";

import { COLOURS, SIZE, STYLE } from "./figure-style.js";
import type { ReportModel } from "./report-input.js";

/** A proportion to compare models by. */
export interface Comparison {
  readonly title: string;
  readonly proportion: (model: ReportModel) => Proportion;
  /** One-sided 95 % limit that the requirement is about. */
  readonly limitOf: (model: ReportModel) => number;
  /** The requirement, dashed. */
  readonly required: number;
  /** Factor to the axis' unit. */
  readonly scale: number;
}

/**
 * One row per model: the measured proportion with its Clopper-Pearson interval, its one-sided 95 %
 * limit as a bar across, and the requirement as a dashed line.
 */
export function comparisonFigure(
  models: readonly ReportModel[],
  comparison: Comparison,
): TopLevelSpec {
  const { title, proportion, limitOf, required, scale } = comparison;
  const rows = models.flatMap((model) => {
    const { value, low, high } = proportion(model);
    if (value === null) return [];
    const limit = scale * limitOf(model);
    return [
      { model: model.label, value: scale * value, low: scale * low, high: scale * high, limit },
    ];
  });
  const shown = [scale * required, ...rows.flatMap(({ low, high, limit }) => [low, high, limit])];
  const least = Math.min(...shown);
  const most = Math.max(...shown);
  const room = 0.08 * (most - least || 1);
  const x = {
    type: "quantitative" as const,
    title,
    scale: { domain: [Math.max(0, least - room), most + room], nice: false, zero: false },
  };
  const y = {
    field: "model",
    type: "nominal",
    sort: null,
    title: null,
    axis: { tickSize: 0 },
  } as const;
  return {
    width: SIZE.width,
    height: { step: 44 },
    config: STYLE,
    data: { values: rows },
    layer: [
      {
        data: { values: [{ required: scale * required }] },
        mark: { type: "rule", strokeDash: [6, 4], color: "#555555" },
        encoding: { x: { field: "required", ...x } },
      },
      {
        mark: { type: "rule", strokeWidth: 1.5, color: COLOURS[0] },
        encoding: { x: { field: "low", ...x }, x2: { field: "high" }, y },
      },
      {
        mark: { type: "tick", thickness: 2, size: 18, opacity: 1, color: COLOURS[1] },
        encoding: { x: { field: "limit", ...x }, y },
      },
      {
        mark: { type: "point", filled: true, size: 60, opacity: 1, color: COLOURS[0] },
        encoding: { x: { field: "value", ...x }, y },
      },
    ],
  };
}
