import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";

import { FULL_WIDTH, LAYERS, type StageContext } from "@cnntargz/contracts";
import { canonicalJson } from "@cnntargz/stage-kit";
import type { Dataset, File } from "h5wasm/node";

import { writeHdf5 } from "./hdf5.js";
import { SCHEMA_VERSION, shapeOf, STORED_ARRAYS, type StoredArray } from "./layout.js";
import type { ToyDataset } from "./toy-dataset.js";

/** Rows of one compressed chunk: what a random read has to inflate. */
const CHUNK_ROWS = 1024;
/** Rows handed to HDF5 at once; a multiple of the chunk, so that each chunk is compressed once. */
const BLOCK_ROWS = 16 * CHUNK_ROWS;
/** gzip level: 1 is twice as fast as 4 and 20 % larger on these sparse images. */
const COMPRESSION = 1;

/** Rows `begin .. end - 1` of an array. */
function rows(dataset: ToyDataset, array: StoredArray, begin: number, end: number) {
  const columns = array.columns ?? 1;
  return dataset[array.field].subarray(begin * columns, end * columns);
}

/** Write rows `begin .. end - 1` of an array, whose first rows create it. */
function writeRows(
  file: File,
  dataset: ToyDataset,
  array: StoredArray,
  begin: number,
  end: number,
): void {
  const data = rows(dataset, array, begin, end);
  const columns = array.columns === null ? [] : [array.columns];
  if (begin === 0) {
    file.create_dataset({
      name: array.path,
      data,
      shape: shapeOf(array, end),
      dtype: array.dtype,
      maxshape: [null, ...columns],
      chunks: shapeOf(array, CHUNK_ROWS),
      compression: COMPRESSION,
    });
  } else {
    const stored = file.get(array.path) as Dataset;
    stored.resize(shapeOf(array, end));
    stored.write_slice([[begin, end], ...columns.map((size): [number, number] => [0, size])], data);
  }
  // What a killed process leaves behind is then at most an incomplete temporary file.
  file.flush();
}

function writeAttributes(file: File, dataset: ToyDataset): void {
  file.create_attribute("schema_version", SCHEMA_VERSION, [], "<i");
  file.create_attribute("seed", new BigInt64Array([BigInt(dataset.config.seed)]), []);
  file.create_attribute("config_json", canonicalJson(dataset.config));
  const images = file.get("images") as Dataset;
  images.create_attribute("bitorder", "big");
  images.create_attribute("height", LAYERS, [], "<i");
  images.create_attribute("width", FULL_WIDTH, [], "<i");
}

/**
 * Write a dataset as HDF5, whole or not at all (temporary name, then renamed); folders are made as
 * needed. Equal datasets give equal bytes. Python reads it with
 * `np.unpackbits(f["images"][:], axis=1).reshape(-1, 9, 384)`. The event loop runs between blocks.
 *
 * @throws CnntargzError `artifact` when it can not be written; the signal's reason when aborted;
 * system errors when the folder can not be made.
 */
export async function writeDataset(
  path: string,
  dataset: ToyDataset,
  context: Pick<StageContext, "signal" | "onProgress"> = {},
): Promise<void> {
  const target = resolve(path);
  const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  mkdirSync(dirname(target), { recursive: true });
  const blocks = Math.max(1, Math.ceil(dataset.count / BLOCK_ROWS));
  const steps = STORED_ARRAYS.length * blocks;
  try {
    await writeHdf5(temporary, async ({ step }) => {
      step((file) => file.create_group("truth"));
      for (let done = 0; done < steps; done++) {
        context.signal?.throwIfAborted();
        context.onProgress?.({ task: "dataset: store", fraction: done / steps });
        const array = STORED_ARRAYS[Math.floor(done / blocks)]!;
        const begin = (done % blocks) * BLOCK_ROWS;
        const end = Math.min(begin + BLOCK_ROWS, dataset.count);
        step((file) => {
          writeRows(file, dataset, array, begin, end);
        });
        await setImmediate();
      }
      step((file) => {
        writeAttributes(file, dataset);
      });
    });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  context.onProgress?.({ task: "dataset: store", fraction: 1 });
}
