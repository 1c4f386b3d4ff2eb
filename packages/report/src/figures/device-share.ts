import type { ResourceKind, ResourceEstimate } from "@cnntargz/contracts";

import { left, right } from "../document/document.js";
import { integer, percent } from "../numbers.js";
import type { Figure } from "./figure.js";
import { cutText, type FigureLabel, GAP, type Layer, plot, topLegend } from "./plot.js";
import { INK, NOTE, TEXT_SIZE } from "./style.js";

/** Kinds of resource in the order of tables, with their names. */
export const RESOURCE_KINDS: readonly (readonly [ResourceKind, string])[] = [
  ["lut", "LUT"],
  ["ff", "FF"],
  ["dsp", "DSP"],
  ["bram18", "BRAM18"],
  ["uram", "URAM"],
];

/**
 * Resources stacked layer by layer, as share of the device, with the band around the total; null
 * when nothing is taken or the layers are not known.
 */
export function deviceShareFigure(report: ResourceEstimate, label: FigureLabel): Figure | null {
  const { total, band, device, perLayer, source, like } = report;
  const kinds = RESOURCE_KINDS.filter(([kind]) => total[kind] > 0 && device.available[kind] > 0);
  if (kinds.length === 0 || perLayer.length === 0) return null;
  const scaled = (kind: ResourceKind, amount: number) => (100 * amount) / device.available[kind];
  const parts = kinds.flatMap(([kind, name]) => {
    let end = 0;
    return perLayer
      .filter((layer) => layer[kind] > 0)
      .map((layer) => {
        const start = end;
        end += scaled(kind, layer[kind]);
        const share = percent(layer[kind] / device.available[kind]);
        return { kind: name, layer: layer.name, start, end, amount: integer(layer[kind]), share };
      });
  });
  const totals = kinds.map(([kind, name]) => ({
    kind: name,
    low: scaled(kind, band[kind][0]),
    high: scaled(kind, band[kind][1]),
    end: Math.max(scaled(kind, total[kind]), scaled(kind, band[kind][1])),
    text: integer(total[kind]),
  }));
  const most = Math.max(...totals.map(({ end }) => end));
  const x = (field: string) => ({
    field,
    type: "quantitative" as const,
    title: `share of ${cutText(device.name, 200)} [%]`,
    scale: { domain: [0, 1.2 * most], nice: false },
    axis: { tickCount: 6 },
  });
  const y = {
    field: "kind",
    type: "nominal" as const,
    sort: null,
    title: null,
    axis: { ticks: false, labelPadding: 8 },
  };
  const names = perLayer.map(({ name }) => name);
  const color = {
    field: "layer",
    type: "nominal" as const,
    sort: null,
    scale: { domain: names, scheme: { name: "viridis", extent: [0.12, 0.95] } },
    legend: { ...topLegend(names), symbolType: "square" },
  };
  const layers = [
    {
      data: { values: parts },
      mark: { type: "bar", height: 26, ...GAP },
      encoding: {
        x: x("start"),
        x2: { field: "end" },
        y,
        color,
        tooltip: [
          { field: "layer", title: "layer" },
          { field: "kind", title: "resource" },
          { field: "amount", title: "amount" },
          { field: "share", title: "share" },
        ],
      },
    },
    {
      data: { values: totals },
      mark: { type: "rule", strokeWidth: 1.5, color: INK },
      encoding: { x: x("low"), x2: { field: "high" }, y },
    },
    ...["low", "high"].map((end) => ({
      data: { values: totals },
      mark: { type: "tick", thickness: 1.5, size: 10, color: INK, opacity: 1 },
      encoding: { x: x(end), y },
    })),
    {
      data: { values: totals },
      mark: {
        type: "text",
        align: "left",
        dx: 8,
        color: NOTE,
        fontSize: TEXT_SIZE,
      },
      encoding: { x: x("end"), y, text: { field: "text" } },
    },
  ] as Layer[];
  return {
    name: "device-share",
    title: `Resources by layer`,
    caption: `Stacked layer by layer, as share of ${device.name}; number: total; bar with ends: the 90 % band. Source: ${source}, like ${like}.`,
    description: kinds
      .map(
        ([kind, name]) =>
          `${name}: ${integer(total[kind])}, ${percent(total[kind] / device.available[kind])} of ${device.name}.`,
      )
      .join(" "),
    table: {
      caption: `Resources by layer, as share of ${device.name}`,
      columns: [left("layer"), ...kinds.map(([, name]) => right(name))],
      rows: perLayer.map((layer) => [
        layer.name,
        ...kinds.map(([kind]) => percent(layer[kind] / device.available[kind])),
      ]),
    },
    drawing: { spec: plot(label, { step: 46 }, layers) },
    series: [],
  };
}
