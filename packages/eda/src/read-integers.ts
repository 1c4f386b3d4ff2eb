import { CnntargzError, type FixedPointType } from "@cnntargz/contracts";
import { formatType, fractionBits } from "@cnntargz/fixed-point";

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
    return integer + 0;
  });
}
