import { CnntargzError } from "@cnntargz/contracts";
import type { Dataset } from "h5wasm/node";

import { missingFilters } from "./hdf5-filters.js";
import { shapeOf, type StoredArray, type TypedArray } from "./layout.js";

/** Classes of HDF5 types whose elements come as numbers: integer, float and enumeration. */
const NUMERIC = [0, 1, 8];
const WORDS: Readonly<Record<StoredArray["dtype"], string>> = {
  "<B": "unsigned 8-bit integer",
  "<b": "signed 8-bit integer",
  "<H": "unsigned 16-bit integer",
  "<f": "32-bit float",
};

/**
 * Check that a stored array has the shape that it should, numbers as elements, and no filter that
 * this program lacks.
 *
 * @param refuse makes the error of what is wrong.
 * @throws CnntargzError `artifact`.
 */
export function checkStored(
  path: string,
  array: StoredArray,
  stored: Dataset,
  refuse: (what: string) => CnntargzError,
): void {
  const { dtype, metadata } = stored;
  const shape = stored.shape ?? [];
  const wanted = shapeOf(array, shape[0] ?? 0);
  if (!NUMERIC.includes(metadata.type) || shape.join() !== wanted.join()) {
    const columns = wanted.slice(1).map((size) => `, ${size}`);
    throw refuse(
      `/${array.path} is ${JSON.stringify(dtype)} [${shape.join(", ")}], ` +
        `it should be "${array.dtype}" [N${columns.join("")}]`,
    );
  }
  const missing = missingFilters(stored.filters.map(({ id }) => id));
  if (missing !== null) {
    throw new CnntargzError(
      "artifact",
      `${path}: /${array.path} is compressed with ${missing}, which this program can not read: write it with gzip`,
    );
  }
}

/**
 * Values of a stored array in the type of its layout: h5py users write what numpy gives, such as
 * int64 or bool. `firstRow` is where `values` begin in the file.
 *
 * @throws CnntargzError `artifact` naming the first value that the layout's type does not hold.
 */
export function inLayout(
  array: StoredArray,
  values: ArrayLike<number | bigint>,
  firstRow: number,
  refuse: (what: string) => CnntargzError,
): TypedArray {
  if (values instanceof array.make) return values;
  const { make, columns } = array;
  const converted: TypedArray = new make(
    new ArrayBuffer(values.length * make.BYTES_PER_ELEMENT),
    0,
    values.length,
  );
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]!);
    converted[index] = value;
    if (!Object.is(converted[index]! + 0, value + 0)) {
      throw refuse(
        `/${array.path} holds ${String(values[index])} (element ${index + firstRow * (columns ?? 1)}), ` +
          `which is no ${WORDS[array.dtype]}`,
      );
    }
  }
  return converted;
}
