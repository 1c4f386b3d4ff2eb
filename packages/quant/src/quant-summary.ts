import type { IntegerNetwork } from "@cnntargz/contracts";
import { formatType } from "@cnntargz/fixed-point";

import { countEbops } from "./count-ebops.js";

const headings = ["layer", "input", "weights", "accumulator", "result", "params", "zeros", "EBOPs"];

/**
 * A table for people, one line per layer with weights: types, number of weights and biases, share
 * of weights that are zero, and effective bit operations per image.
 */
export function formatQuantSummary(network: IntegerNetwork): string {
  const { layers, total, totalPerPosition } = countEbops(network);
  let inputType = network.inputType;
  const rows: string[][] = [];
  let parameters = 0;
  for (const layer of network.layers) {
    const cost = layers.find(({ name }) => name === layer.name);
    if (cost !== undefined && "weights" in layer) {
      parameters += cost.parameters;
      rows.push([
        layer.name,
        formatType(inputType),
        formatType(layer.weightType),
        formatType(layer.accumulatorType),
        formatType(layer.resultType),
        String(cost.parameters),
        `${((100 * cost.zeros) / layer.weights.values.length).toFixed(0)} %`,
        String(cost.ebops),
      ]);
    }
    inputType = layer.resultType;
  }
  const sums = ["total", "", "", "", "", String(parameters), "", String(total)];
  const all = [headings, ...rows, sums];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  // Names and types to the left, numbers to the right.
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column < 5 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join("  ")
      .trimEnd();
  return [
    ...all.map(line),
    `${totalPerPosition} EBOPs with every kernel built once and its positions computed in turn`,
  ].join("\n");
}
