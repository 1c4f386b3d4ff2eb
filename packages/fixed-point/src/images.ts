import { CnntargzError, type IntegerNetwork } from "@cnntargz/contracts";

import { formatType, maxInteger, minInteger } from "./types.js";

/** Values per image. */
export function imageSize({ inputShape: [height, width, channels] }: IntegerNetwork): number {
  return height * width * channels;
}

/**
 * Check that `length` values are `count` images.
 *
 * @throws CnntargzError `contract` with both lengths.
 */
export function requireImages(network: IntegerNetwork, length: number, count: number): void {
  const expected = count * imageSize(network);
  if (length !== expected) {
    throw new CnntargzError(
      "contract",
      `network ${network.name} takes images of [${network.inputShape.join(", ")}]: expected ${expected} values, got ${length}`,
    );
  }
}

/** A test for integers in the range of the network's input type. */
export function pixelTest(network: IntegerNetwork): (value: number) => boolean {
  const min = Number(minInteger(network.inputType));
  const max = Number(maxInteger(network.inputType));
  return (value) => value >= min && value <= max && Math.floor(value) === value;
}

/** The error for a value that fails {@link pixelTest}. */
export function pixelError(network: IntegerNetwork, index: number, value: number): CnntargzError {
  const type = network.inputType;
  return new CnntargzError(
    "contract",
    `image value ${index} is ${value}; network ${network.name} takes integers in ${String(minInteger(type))}..${String(maxInteger(type))}, units of the last bit of ${formatType(type)}`,
  );
}
