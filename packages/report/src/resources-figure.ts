import type { ResourceReport } from "@cnntargz/contracts";
import type { TopLevelSpec } from "vega-lite";

import { COLOURS, SIZE, STYLE } from "./figure-style.js";

/** LUTs and flip-flops per layer, side by side, layers in the order of the data flow. */
export function resourcesFigure(report: ResourceReport): TopLevelSpec {
  const bars = report.perLayer.flatMap(({ name, lut, ff }) => [
    { layer: name, kind: "LUT", count: lut },
    { layer: name, kind: "FF", count: ff },
  ]);
  return {
    ...SIZE,
    config: STYLE,
    data: { values: bars },
    mark: { type: "bar" },
    encoding: {
      x: {
        field: "layer",
        type: "nominal",
        sort: null,
        title: "layer",
        axis: { labelAngle: -35, tickSize: 0 },
        scale: { paddingInner: 0.25 },
      },
      xOffset: { field: "kind", sort: ["LUT", "FF"] },
      y: {
        field: "count",
        type: "quantitative",
        title: `count (${report.source}, like ${report.like})`,
        axis: { format: ",d", tickCount: 6 },
      },
      color: {
        field: "kind",
        type: "nominal",
        scale: { domain: ["LUT", "FF"], range: [COLOURS[0], COLOURS[1]] },
        legend: { orient: "top" },
      },
    },
  };
}
