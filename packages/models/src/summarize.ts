import type { LayerSpec, NetworkSpec } from "@cnntargz/contracts";

import { layerShapes } from "./layer-shapes.js";

const titles: Record<LayerSpec["kind"], string> = {
  conv2d: "Conv2D",
  dense: "Dense",
  maxPool2d: "MaxPooling2D",
  averagePool2d: "AveragePooling2D",
  flatten: "Flatten",
};

/** The network as a text table in the manner of Keras: layer, output shape, parameters, and the total. */
export function summarize(spec: NetworkSpec): string {
  const shapes = layerShapes(spec);
  const total = shapes.reduce((sum, layer) => sum + layer.parameters, 0);
  const rows = [
    ["Layer (type)", "Output shape", "Parameters"],
    ["input (Input)", text(spec.inputShape), "0"],
    ...shapes.map(({ name, kind, outputShape, parameters }) => [
      `${name} (${titles[kind]})`,
      text(outputShape),
      grouped(parameters),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(([layer, shape, parameters]) =>
    `${layer!.padEnd(widths[0]!)}  ${shape!.padEnd(widths[1]!)}  ${parameters!.padStart(widths[2]!)}`.trimEnd(),
  );
  const rule = "-".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [
    `Network ${spec.name}`,
    rule,
    lines[0]!,
    rule,
    ...lines.slice(1),
    rule,
    `Total parameters: ${grouped(total)}`,
  ].join("\n");
}

function text(shape: readonly number[]): string {
  return `(${shape.join(", ")})`;
}

/** 10655 as 10,655, whatever the locale. */
function grouped(count: number): string {
  return count.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}
