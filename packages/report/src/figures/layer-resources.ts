import type { ResourceEstimate } from "@cnntargz/contracts";

import { left, right } from "../document/document.js";
import { integer } from "../numbers.js";
import type { Figure } from "./figure.js";
import { type FigureLabel, type Layer, plot } from "./plot.js";
import { COLOURS } from "./style.js";

/** LUTs and flip-flops per layer, side by side, layers in the order of the data flow; null without layers. */
export function layerResourcesFigure(report: ResourceEstimate, label: FigureLabel): Figure | null {
  const { perLayer, source, like } = report;
  if (perLayer.length === 0) return null;
  const bars = perLayer.flatMap(({ name, lut, ff }) => [
    { layer: name, kind: "LUT", count: lut },
    { layer: name, kind: "FF", count: ff },
  ]);
  const layer = {
    data: { values: bars },
    mark: { type: "bar" },
    encoding: {
      x: {
        field: "layer",
        type: "nominal",
        sort: null,
        title: null,
        axis: { labelAngle: perLayer.length > 6 ? -35 : 0, labelLimit: 90, ticks: false },
        scale: { paddingInner: 0.3, paddingOuter: 0.2 },
      },
      xOffset: { field: "kind", sort: ["LUT", "FF"] },
      y: {
        field: "count",
        type: "quantitative",
        title: "count",
        axis: { format: ",d", tickCount: 6 },
      },
      color: {
        field: "kind",
        type: "nominal",
        scale: { domain: ["LUT", "FF"], range: [COLOURS[0], COLOURS[5]] },
        legend: { orient: "top-left", symbolType: "square" },
      },
      tooltip: [
        { field: "layer", title: "layer" },
        { field: "kind", title: "resource" },
        { field: "count", title: "count", format: ",d" },
      ],
    },
  } as Layer;
  const largest = perLayer.reduce((most, each) => (each.lut > most.lut ? each : most));
  return {
    name: "resources",
    title: "LUTs and flip-flops",
    caption: `Counts by layer, in the order of the data flow. Source: ${source}, like ${like}.`,
    description: `Layer ${largest.name} takes most: ${integer(largest.lut)} LUTs and ${integer(largest.ff)} flip-flops.`,
    table: {
      caption: "LUTs and flip-flops by layer",
      columns: [left("layer"), right("LUT"), right("FF")],
      rows: perLayer.map(({ name, lut, ff }) => [name, integer(lut), integer(ff)]),
    },
    drawing: { spec: plot(label, 260, [layer]) },
    series: [],
  };
}
