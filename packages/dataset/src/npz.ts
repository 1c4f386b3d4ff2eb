import { CnntargzError } from "@cnntargz/contracts";
import { unzipSync } from "fflate";

import { NpyArray, readBytes } from "./npy.js";

/** Bytes of all wanted arrays: a small file can hold any number of zeros. */
const INFLATED_LIMIT = 2 ** 29;

/**
 * The arrays of a .npz archive that are called one of `names`, by name; those that it does not hold
 * are left out.
 *
 * @throws CnntargzError `artifact` when the file is missing or no archive, holds more than 512 MiB, or
 * as {@link NpyArray}.
 */
export function readNpz<N extends string>(
  path: string,
  names: readonly N[],
): Partial<Record<N, NpyArray>> {
  let entries: Record<string, Uint8Array>;
  let inflated = 0;
  try {
    entries = unzipSync(readBytes(path), {
      filter: ({ name, originalSize }) => {
        if (!names.some((wanted) => name === `${wanted}.npy`)) return false;
        inflated += originalSize;
        if (inflated > INFLATED_LIMIT) {
          throw new CnntargzError(
            "artifact",
            `${path} would hold ${inflated} bytes in memory with ${name}, archives of at most ${INFLATED_LIMIT} are read: save each array with numpy.save, or split them`,
          );
        }
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof CnntargzError) throw cause;
    throw new CnntargzError(
      "artifact",
      `${path} is not a .npz archive or is damaged (${(cause as Error).message}): save it with numpy.savez`,
      { cause },
    );
  }
  const arrays: Partial<Record<N, NpyArray>> = {};
  for (const name of names) {
    const entry = entries[`${name}.npy`];
    if (entry === undefined) continue;
    const bytes = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
    arrays[name] = new NpyArray(`${path} (${name})`, {
      size: bytes.length,
      read: (offset, size) => bytes.subarray(offset, offset + size),
    });
  }
  return arrays;
}
