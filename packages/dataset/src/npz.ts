import { CnntargzError } from "@cnntargz/contracts";
import { unzipSync } from "fflate";

import { NpyArray, readBytes } from "./npy.js";

/**
 * The arrays of a .npz archive that are called one of `names`, by name; those that it does not hold
 * are left out.
 *
 * @throws CnntargzError `artifact` when the file is missing or no archive, or as {@link NpyArray}.
 */
export function readNpz<N extends string>(
  path: string,
  names: readonly N[],
): Partial<Record<N, NpyArray>> {
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(readBytes(path), {
      filter: ({ name }) => names.some((wanted) => name === `${wanted}.npy`),
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
