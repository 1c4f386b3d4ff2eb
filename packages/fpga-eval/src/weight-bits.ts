import type { FixedPointType } from "@cnntargz/contracts";

import { expectedRange } from "./weight-distribution.js";

/** Bits of a two's complement (or, in `type`, unsigned) integer from `lowest` to `highest`. */
function bitsOfRange(lowest: number, highest: number, type: FixedPointType): number {
  const magnitude = Math.max(highest, -lowest - 1);
  const bits = magnitude <= 0 ? 0 : Math.floor(Math.log2(magnitude)) + 1;
  return Math.min(type.width, Math.max(1, bits + (type.signed ? 1 : 0)));
}

/** Bits that weights of `type` with these integer `values` need. */
export function bitsOfValues(values: ArrayLike<number>, type: FixedPointType): number {
  let lowest = 0;
  let highest = 0;
  for (let i = 0; i < values.length; i++) {
    lowest = Math.min(lowest, values[i]!);
    highest = Math.max(highest, values[i]!);
  }
  return bitsOfRange(lowest, highest, type);
}

/** The same for untrained weights of a layer with `inputs` inputs, see `expectedCodes`. */
export function expectedBits(type: FixedPointType, inputs: number): number {
  return bitsOfRange(...expectedRange(type, inputs), type);
}

/**
 * The integer weights that the last multiplier of a `resource` kernel serves: hls4ml stores them
 * output by output and hands each multiplier `reuseFactor` in a row.
 *
 * @param values `values[i * outputs + o]`
 */
export function lastWeights(
  values: ArrayLike<number>,
  inputs: number,
  outputs: number,
  reuseFactor: number,
): number[] {
  const total = inputs * outputs;
  const first = reuseFactor * (Math.ceil(total / reuseFactor) - 1);
  return Array.from({ length: total - first }, (_, at) => {
    const index = first + at;
    return values[(index % inputs) * outputs + Math.floor(index / inputs)]!;
  });
}
