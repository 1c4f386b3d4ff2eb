import type { FixedPointType, IntTensor } from "@cnntargz/contracts";
import { fractionBits, integerToNumber } from "@cnntargz/fixed-point";

import { formatDecimal } from "./decimal.js";

/** One array of constants as the templates print it. */
export interface WeightsView {
  /** Variable and file name, such as `w2`. */
  readonly name: string;
  /** Include guard. */
  readonly guard: string;
  /** C++ type of an element. */
  readonly type: string;
  readonly shape: string;
  readonly count: number;
  readonly min: string;
  readonly max: string;
  readonly zeros: number;
  /** All values as exact decimals in C order, separated by ", ". */
  readonly values: string;
}

/** Describe one tensor of a layer for the templates. */
export function viewWeights(
  name: string,
  type: string,
  tensor: IntTensor,
  valueType: FixedPointType,
): WeightsView {
  const integers = Array.from(tensor.values);
  const extreme = (integer: number): string => integerToNumber(integer, valueType).toFixed(12);
  const fraction = fractionBits(valueType);
  return {
    name,
    guard: `${name.toUpperCase()}_H_`,
    type,
    shape: tensor.shape.join(", "),
    count: integers.length,
    min: extreme(integers.reduce((a, b) => Math.min(a, b))),
    max: extreme(integers.reduce((a, b) => Math.max(a, b))),
    zeros: integers.filter((integer) => integer === 0).length,
    values: integers.map((integer) => formatDecimal(integer, fraction)).join(", "),
  };
}
