import { CnntargzError, type FixedPointType } from "@cnntargz/contracts";
import { fractionBits } from "@cnntargz/fixed-point";

import { formatDecimal } from "./decimal.js";

/** Images and expected outputs that the project's test bench runs. */
export interface Testbench {
  /** (count, h, w, c) integers in units of the input type's least significant bit. */
  readonly inputs: ArrayLike<number>;
  /** (count, outputs) integers in units of the result type's least significant bit. */
  readonly outputs: ArrayLike<number>;
  readonly count: number;
}

/**
 * A `.dat` file of the test bench: one line per image, its values as exact decimals separated by
 * spaces.
 *
 * @throws CnntargzError `contract` when `values` does not have count * perImage entries.
 */
export function formatFeatures(
  what: string,
  values: ArrayLike<number>,
  count: number,
  perImage: number,
  type: FixedPointType,
): string {
  if (values.length !== count * perImage) {
    throw new CnntargzError(
      "contract",
      `test bench ${what}: ${count} images of ${perImage} values make ${count * perImage}, there are ${values.length}`,
    );
  }
  const fraction = fractionBits(type);
  const lines: string[] = [];
  for (let image = 0; image < count; image += 1) {
    const line: string[] = [];
    for (let i = 0; i < perImage; i += 1) {
      line.push(formatDecimal(values[image * perImage + i]!, fraction));
    }
    lines.push(`${line.join(" ")}\n`);
  }
  return lines.join("");
}
