import { resolve } from "node:path";

import { CnntargzError, DatasetConfig, parseContract } from "@cnntargz/contracts";
import type { Dataset, File } from "h5wasm/node";

import { WINDOWS } from "./fragment.js";
import { type Hdf5, readHdf5 } from "./hdf5.js";
import { SCHEMA_VERSION, shapeOf, STORED_ARRAYS, type StoredArray } from "./layout.js";
import { allocateDataset, type ToyDataset } from "./toy-dataset.js";

/** Rows read at once: one read must fit into the WebAssembly heap of 2 GiB. */
const BLOCK_ROWS = 65536;

const broken = (path: string, what: string): CnntargzError =>
  new CnntargzError(
    "artifact",
    `${path} is not a dataset of this toolchain: ${what}: generate it again`,
  );

function readConfig(path: string, file: File): DatasetConfig {
  const { attrs } = file;
  const version = attrs["schema_version"]?.value;
  if (typeof version !== "number") throw broken(path, "root attribute schema_version is missing");
  if (version > SCHEMA_VERSION) {
    throw new CnntargzError(
      "artifact",
      `${path} has schema_version ${version}, this program reads up to ${SCHEMA_VERSION}: update the program`,
    );
  }
  const text = attrs["config_json"]?.value;
  if (typeof text !== "string") throw broken(path, "root attribute config_json is missing");
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw broken(path, "root attribute config_json is not JSON");
  }
  return parseContract(DatasetConfig, config, `${path}: config_json`);
}

/** Open a stored array and check its element type and columns. */
function open(path: string, file: File, hdf5: Hdf5, array: StoredArray): Dataset {
  const steps = array.path.split("/");
  let group: InstanceType<Hdf5["Group"]> = file;
  for (const step of steps.slice(0, -1)) {
    const entity = group.keys().includes(step) ? group.get(step) : null;
    if (!(entity instanceof hdf5.Group)) throw broken(path, `group /${step} is missing`);
    group = entity;
  }
  const name = steps.at(-1)!;
  const stored = group.keys().includes(name) ? group.get(name) : null;
  if (!(stored instanceof hdf5.Dataset)) throw broken(path, `/${array.path} is missing`);
  const shape = stored.shape ?? [];
  const wanted = shapeOf(array, shape[0] ?? 0);
  if (stored.dtype !== array.dtype || shape.join() !== wanted.join()) {
    throw broken(
      path,
      `/${array.path} is ${JSON.stringify(stored.dtype)} [${shape.join(", ")}], ` +
        `it should be "${array.dtype}" [N${wanted
          .slice(1)
          .map((size) => `, ${size}`)
          .join("")}]`,
    );
  }
  return stored;
}

function checkValues(path: string, dataset: ToyDataset): void {
  const check = (name: string, values: ArrayLike<number>, max: number): void => {
    for (let index = 0; index < values.length; index++) {
      if (values[index]! > max) {
        throw broken(
          path,
          `/${name} holds ${values[index]!} (element ${index}), at most ${max} is legal`,
        );
      }
    }
  };
  check("window", dataset.window, WINDOWS - 1);
  check("pixels", dataset.pixels, 2);
  check("is_muon", dataset.isMuon, 1);
}

/**
 * Read a dataset that `writeDataset` has stored.
 *
 * @throws CnntargzError `artifact` when the file is missing, truncated, damaged, not HDF5, not a
 * dataset or of a newer schema; ContractError when its configuration is not valid.
 */
export async function readDataset(path: string): Promise<ToyDataset> {
  return readHdf5(resolve(path), (file, hdf5) => {
    const config = readConfig(path, file);
    const stored = STORED_ARRAYS.map((array) => ({ array, data: open(path, file, hdf5, array) }));
    const count = stored[0]!.data.shape![0]!;
    const dataset = allocateDataset(config, count);
    for (const { array, data } of stored) {
      const events = data.shape![0]!;
      if (events !== count) {
        throw broken(path, `/${array.path} has ${events} events, /images has ${count}`);
      }
      const columns = array.columns ?? 1;
      for (let begin = 0; begin < count; begin += BLOCK_ROWS) {
        const end = Math.min(begin + BLOCK_ROWS, count);
        const slice = data.slice([[begin, end], ...(array.columns === null ? [] : ([[]] as [][]))]);
        dataset[array.field].set(slice as Uint8Array, begin * columns);
      }
    }
    checkValues(path, dataset);
    return dataset;
  });
}
