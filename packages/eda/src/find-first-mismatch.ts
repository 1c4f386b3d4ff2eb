import { CnntargzError, type IntegerNetwork } from "@cnntargz/contracts";

/** What each layer gave on for one image: NHWC integers in units of its result type's last bit. */
export type LayerValues = ReadonlyMap<string, ArrayLike<number | bigint>>;

/** Where two computations of a network part. */
export interface FirstMismatch {
  readonly layer: string;
  readonly row: number;
  readonly column: number;
  readonly channel: number;
  readonly expected: bigint;
  readonly actual: bigint;
}

/**
 * The first value, in order of execution and then NHWC, at which two traces of the same image
 * differ; null when they agree. Layers that the candidate does not report, such as a flatten that
 * firmware has as an alias only, are passed over.
 *
 * @throws CnntargzError `contract` when the reference lacks a layer, the candidate has none of them,
 * or a layer has the wrong number of values.
 */
export function findFirstMismatch(
  network: IntegerNetwork,
  reference: LayerValues,
  candidate: LayerValues,
): FirstMismatch | null {
  let compared = 0;
  for (const { name, outputShape } of network.layers) {
    const actualValues = candidate.get(name);
    if (!actualValues) continue;
    compared += 1;
    const [height, width, channels] = outputShape;
    const size = height * width * channels;
    const expectedValues = reference.get(name);
    if (expectedValues?.length !== size || actualValues.length !== size) {
      throw new CnntargzError(
        "contract",
        `layer ${name} has ${size} values; the reference trace has ${expectedValues?.length ?? "none"}, the candidate's ${actualValues.length}`,
      );
    }
    for (let i = 0; i < size; i += 1) {
      const expected = BigInt(expectedValues[i]!);
      const actual = BigInt(actualValues[i]!);
      if (expected !== actual) {
        const pixel = Math.floor(i / channels);
        return {
          layer: name,
          row: Math.floor(pixel / width),
          column: pixel % width,
          channel: i % channels,
          expected,
          actual,
        };
      }
    }
  }
  if (compared === 0) {
    throw new CnntargzError(
      "contract",
      `the candidate's trace has no layer of network ${network.name}: it has ${[...candidate.keys()].join(", ") || "nothing"}`,
    );
  }
  return null;
}
