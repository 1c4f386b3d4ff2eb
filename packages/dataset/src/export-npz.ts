import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";

import { checkContext, CnntargzError, LAYERS, type StageContext } from "@cnntargz/contracts";
import { beginFile, canonicalJson } from "@cnntargz/stage-kit";
import { strToU8, Zip, ZipDeflate } from "fflate";

import type { DatasetFile } from "./dataset-file.js";
import { FRAGMENT_PIXELS, FRAGMENT_WIDTH } from "./fragment.js";
import { STORED_ARRAYS } from "./layout.js";
import { npyHeader } from "./npy.js";
import { exampleWriter } from "./source.js";
import { labelScaling9x16 } from "./targets.js";
import type { EventRange } from "./toy-dataset.js";

/**
 * What an exported file holds. `packed`: every stored array, images bit-packed (N, 432), and
 * `config.json`. `fragments`: what networks are trained with in Python, `images` (N, 9, 16) f4 with
 * values 0, 1/2, 1 and `labels` (N, 2) f4 [pT in GeV, eta in the window].
 */
export type NpzLayout = "packed" | "fragments";

/** One array of the file, in parts. */
interface NpzArray {
  readonly name: string;
  readonly descr: string;
  readonly shape: readonly number[];
  rowsOf(file: DatasetFile, range: EventRange): NodeJS.ArrayBufferView;
}

function packedArrays(count: number): NpzArray[] {
  return STORED_ARRAYS.map(({ field, path, dtype, columns }) => ({
    name: path.split("/").at(-1)!,
    // h5wasm's letters are those of Python's struct module.
    descr: { "<B": "|u1", "<b": "|i1", "<H": "<u2", "<f": "<f4" }[dtype],
    shape: columns === null ? [count] : [count, columns],
    rowsOf: (file, range) => file.readField(field, range),
  }));
}

function fragmentArrays(count: number): NpzArray[] {
  const batchOf = (file: DatasetFile, range: EventRange) => {
    const part = file.read(range);
    const write = exampleWriter(part, "9x16");
    const batch = {
      images: new Float32Array(part.count * FRAGMENT_PIXELS),
      targets: new Float32Array(part.count * 2),
      hasEta: new Uint8Array(part.count),
      count: part.count,
    };
    for (let row = 0; row < part.count; row++) write(row, batch, row);
    for (let row = 0; row < part.count; row++)
      batch.targets[2 * row]! *= labelScaling9x16.ptScaleGeV;
    return batch;
  };
  return [
    {
      name: "images",
      descr: "<f4",
      shape: [count, LAYERS, FRAGMENT_WIDTH],
      rowsOf: (file, range) => batchOf(file, range).images,
    },
    {
      name: "labels",
      descr: "<f4",
      shape: [count, 2],
      rowsOf: (file, range) => batchOf(file, range).targets,
    },
  ];
}

/** Zip archives without the 64-bit extension end here. */
const ZIP_LIMIT = 2 ** 32 - 2 ** 20;

/**
 * Write a stored dataset as .npz, which `numpy.load` opens; block by block, whole or not at all.
 * Equal datasets give equal bytes.
 *
 * @throws CnntargzError `artifact` when the file can not be read or the .npz not be written; `config`
 * when it would pass 4 GiB; the signal's reason when aborted.
 */
export function exportNpz(
  file: DatasetFile,
  path: string,
  layout: NpzLayout = "packed",
  context: Pick<StageContext, "signal" | "onProgress"> = {},
): void {
  checkContext(context, "exportNpz");
  const arrays = layout === "packed" ? packedArrays(file.count) : fragmentArrays(file.count);
  const sizeOf = ({ descr, shape }: NpzArray): number =>
    Number(descr.slice(2)) * shape.reduce((product, size) => product * size, 1);
  const bytes = arrays.reduce((sum, array) => sum + sizeOf(array), 0);
  if (bytes > ZIP_LIMIT) {
    throw new CnntargzError(
      "config",
      `${path} would hold ${bytes} bytes, .npz files end at ${ZIP_LIMIT}: generate fewer events, or read the HDF5 file with h5py`,
    );
  }
  const target = resolve(path);
  const output = beginFile(target);
  try {
    writeArchive(file, output.temporary, arrays, context);
    output.commit();
  } catch (cause) {
    output.abandon();
    if (cause instanceof CnntargzError || (cause as NodeJS.ErrnoException).code === undefined) {
      throw cause;
    }
    throw new CnntargzError(
      "artifact",
      `${target} can not be written (${(cause as Error).message}): check free space and permissions`,
      { cause },
    );
  }
}

function writeArchive(
  file: DatasetFile,
  path: string,
  arrays: readonly NpzArray[],
  context: Pick<StageContext, "signal" | "onProgress">,
): void {
  const output = openSync(path, "wx");
  const write = (chunk: Uint8Array): void => {
    for (let done = 0; done < chunk.length;) done += writeSync(output, chunk, done);
  };
  try {
    const zip = new Zip((error, chunk) => {
      // fflate hands errors here, null for none, though its types know no null.
      if ((error as Error | null) instanceof Error) throw error as Error;
      write(chunk);
    });
    const entryOf = (name: string): ZipDeflate => {
      const entry = new ZipDeflate(name, { level: 1 });
      // The earliest date that zip archives know, so that equal contents give equal bytes.
      entry.mtime = new Date(1980, 0, 1);
      zip.add(entry);
      return entry;
    };
    const total = arrays.length * Math.max(1, file.count);
    for (const [index, array] of arrays.entries()) {
      const entry = entryOf(`${array.name}.npy`);
      entry.push(npyHeader(array.descr, array.shape));
      for (const range of file.ranges()) {
        context.signal?.throwIfAborted();
        const fraction = (index * file.count + range.start) / total;
        context.onProgress?.({ task: "dataset: export", fraction });
        const { buffer, byteOffset, byteLength } = array.rowsOf(file, range);
        // A copy: fflate keeps the last 32 KiB of what it was given.
        entry.push(new Uint8Array(buffer, byteOffset, byteLength).slice());
      }
      entry.push(new Uint8Array(0), true);
    }
    const config = entryOf("config.json");
    config.push(strToU8(`${canonicalJson(file.config)}\n`), true);
    zip.end();
  } finally {
    closeSync(output);
  }
}
