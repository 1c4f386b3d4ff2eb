import type { IntegerNetwork } from "@cnntargz/contracts";
import { formatType } from "@cnntargz/fixed-point";

import { countEbops } from "./count-ebops.js";
import { formatTable } from "./format-table.js";

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
  return [
    // Names and types to the left, numbers to the right.
    ...formatTable([headings, ...rows, sums], 5),
    `${totalPerPosition} EBOPs with every kernel built once and its positions computed in turn`,
  ].join("\n");
}

/** Print {@link formatQuantSummary}, as QKeras' `print_qstats` does; `write` is the console when left out. */
export function printQuantSummary(
  network: IntegerNetwork,
  write: (text: string) => void = console.log,
): void {
  write(formatQuantSummary(network));
}
