import { CnntargzError, type FixedPointType } from "@cnntargz/contracts";
import { formatType, fractionBits, maxInteger, minInteger } from "@cnntargz/fixed-point";

/**
 * A writer of integers, in units of `type`'s last bit, as decimals that a C program reads back
 * exactly.
 *
 * @throws CnntargzError (from the writer) `contract` for a value outside the type; (at once)
 * `inexact` when the type has more than the 53 bits of the doubles that the C program reads.
 */
export function decimalWriter(type: FixedPointType): (integer: number) => string {
  if (type.width > 53) {
    throw new CnntargzError(
      "inexact",
      `inputs of type ${formatType(type)} do not fit a float64, through which the test bench reads them; use at most 53 bits`,
    );
  }
  const scale = 2 ** -fractionBits(type);
  const min = Number(minInteger(type));
  const max = Number(maxInteger(type));
  // Pixels take few values, and printing a double is slow.
  const known = new Map<number, string>();
  return (integer) => {
    let text = known.get(integer);
    if (text === undefined) {
      if (!Number.isInteger(integer) || integer < min || integer > max) {
        throw new CnntargzError(
          "contract",
          `input ${integer} is not an integer in ${min}..${max}, units of the last bit of ${formatType(type)}`,
        );
      }
      // The shortest decimal that is this double and no other.
      text = String(integer * scale);
      if (known.size < 4096) known.set(integer, text);
    }
    return text;
  };
}

/**
 * Read numbers separated by white space as integers in units of `type`'s last bit.
 *
 * @throws CnntargzError `tool` when one is not a whole number of units, naming `where`.
 */
export function readIntegers(line: string, type: FixedPointType, where: string): number[] {
  const scale = 2 ** fractionBits(type);
  const words = line.split(" ").filter((word) => word !== "");
  return words.map((word) => {
    const integer = Number(word) * scale;
    if (!Number.isSafeInteger(integer)) {
      throw new CnntargzError(
        "tool",
        `${where}: "${word}" is not a multiple of the last bit of ${formatType(type)} that fits 53 bits`,
      );
    }
    // Text knows a negative zero, integers do not.
    return integer === 0 ? 0 : integer;
  });
}
