import { statSync } from "node:fs";
import { resolve } from "node:path";

import { CnntargzError, DatasetConfig, type Digest, parseContract } from "@cnntargz/contracts";
import type { Dataset, File } from "h5wasm/node";

import { windowCount } from "./fragment.js";
import { type Hdf5, type Hdf5Input, openHdf5 } from "./hdf5.js";
import { AttributeFault, integerAttribute, textAttribute } from "./hdf5-attributes.js";
import { EVENT_BYTES, SCHEMA_VERSION, STORED_ARRAYS, type StoredArray } from "./layout.js";
import { checkStored, inLayout } from "./stored-rows.js";
import { allocateDataset, checkRange, type EventRange, type ToyDataset } from "./toy-dataset.js";

/** What gzip can make of one byte at most. */
const MOST_INFLATED = 1032;

const broken = (path: string, what: string): CnntargzError =>
  new CnntargzError(
    "artifact",
    `${path} is not a dataset of this toolchain: ${what}: generate it again`,
  );

/** What the attributes of a file say. */
interface Header {
  readonly config: DatasetConfig;
  readonly firstEvent: number;
  readonly digest: Digest;
}

function readHeader(path: string, file: File): Header {
  const { attrs } = file;
  const attribute = <T>(name: string, read: (value: unknown) => T): T => {
    try {
      return read(attrs[name]?.value);
    } catch (fault) {
      if (!(fault instanceof AttributeFault)) throw fault;
      throw broken(path, `root attribute ${name} ${fault.message}`);
    }
  };
  const version = attribute("schema_version", integerAttribute);
  if (version < 1) throw broken(path, `root attribute schema_version is ${version}`);
  if (version > SCHEMA_VERSION) {
    throw new CnntargzError(
      "artifact",
      `${path} has schema_version ${version}, this program reads up to ${SCHEMA_VERSION}: update the program`,
    );
  }
  const text = attribute("config_json", textAttribute);
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw broken(path, "root attribute config_json is not JSON");
  }
  const firstEvent = attribute("first_event", integerAttribute);
  if (firstEvent < 0) throw broken(path, `root attribute first_event is ${firstEvent}`);
  const digest = attribute("digest", textAttribute);
  return {
    config: parseContract(DatasetConfig, config, `${path}: config_json`),
    firstEvent,
    digest,
  };
}

/** Open a stored array and check it. */
function openArray(path: string, file: File, hdf5: Hdf5, array: StoredArray): Dataset {
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
  checkStored(path, array, stored, (what) => broken(path, what));
  return stored;
}

function checkValues(path: string, dataset: ToyDataset, row: number): void {
  const check = (name: string, values: ArrayLike<number>, max: number, columns = 1): void => {
    for (let index = 0; index < values.length; index++) {
      if (values[index]! > max) {
        throw broken(
          path,
          `/${name} holds ${values[index]!} (element ${index + row * columns}), at most ${max} is legal`,
        );
      }
    }
  };
  check("window", dataset.window, windowCount(dataset.config) - 1);
  check("pixels", dataset.pixels, 2, dataset.pixels.length / dataset.count);
  check("is_muon", dataset.isMuon, 1);
}

/** A stored dataset, of which any range can be read. Close it after use. */
export class DatasetFile {
  readonly path: string;
  readonly config: DatasetConfig;
  /** Index of the first event stored; 0 unless the file holds a range of a larger set. */
  readonly firstEvent: number;
  /** Number of events stored. */
  readonly count: number;
  /** Content digest that the writer has stored; `datasetDigest` of what is read must equal it. */
  readonly digest: Digest;
  private readonly input: Hdf5Input;
  private readonly arrays: readonly { array: StoredArray; data: Dataset }[];

  private constructor(path: string, input: Hdf5Input) {
    this.path = path;
    this.input = input;
    const opened = input.step((file, hdf5) => ({
      ...readHeader(path, file),
      arrays: STORED_ARRAYS.map((array) => ({ array, data: openArray(path, file, hdf5, array) })),
    }));
    this.arrays = opened.arrays;
    this.config = opened.config;
    this.firstEvent = opened.firstEvent;
    this.digest = opened.digest;
    this.count = this.arrays[0]!.data.shape![0]!;
    for (const { array, data } of this.arrays) {
      const events = data.shape![0]!;
      if (events !== this.count) {
        throw broken(path, `/${array.path} has ${events} events, /images has ${this.count}`);
      }
    }
    // HDF5 makes up what was never written: a file of nothing can claim any number of events.
    const { size } = statSync(path);
    if (this.count * EVENT_BYTES > MOST_INFLATED * size) {
      throw broken(path, `it claims ${this.count} events, which no file of ${size} bytes holds`);
    }
  }

  /**
   * Open a file that `writeDataset` or `generateToFile` has stored.
   *
   * @throws CnntargzError `artifact` when the file is missing, truncated, damaged, not HDF5, not a
   * dataset or of a newer schema; ContractError when its configuration is not valid.
   */
  static async open(path: string): Promise<DatasetFile> {
    const absolute = resolve(path);
    const input = await openHdf5(absolute);
    try {
      return new DatasetFile(absolute, input);
    } catch (error) {
      input.close();
      throw error;
    }
  }

  /**
   * Read the rows `range` into new memory.
   *
   * @throws CnntargzError `config` when the range leaves the file; `artifact` when it is damaged.
   */
  read(range: EventRange): ToyDataset {
    checkRange(range, this.count, this.path);
    const { start, count } = range;
    const part = allocateDataset(this.config, { start: this.firstEvent + start, count });
    if (count === 0) return part;
    for (const { array, data } of this.arrays) {
      part[array.field].set(this.rowsOf(array, data, range));
    }
    checkValues(this.path, part, start);
    return part;
  }

  /**
   * Read the rows `range` of one array only.
   *
   * @throws CnntargzError `config` when the range leaves the file; `artifact` when it is damaged.
   */
  readField<F extends StoredArray["field"]>(field: F, range: EventRange): ToyDataset[F] {
    checkRange(range, this.count, this.path);
    const { array, data } = this.arrays.find((one) => one.array.field === field)!;
    return this.rowsOf(array, data, range) as ToyDataset[F];
  }

  private rowsOf(array: StoredArray, data: Dataset, { start, count }: EventRange) {
    const columns = array.columns === null ? [] : ([[]] as [][]);
    const values = this.input.step(() => data.slice([[start, start + count], ...columns]));
    return inLayout(array, values as ArrayLike<number | bigint>, start, (what) =>
      broken(this.path, what),
    );
  }

  /** The rows of the file in blocks of `blockEvents`. */
  *ranges(blockEvents = 16384): Generator<EventRange, void, undefined> {
    for (let start = 0; start < this.count; start += blockEvents) {
      yield { start, count: Math.min(blockEvents, this.count - start) };
    }
  }

  /** Read all events, one block after the other. */
  *blocks(blockEvents = 16384): Generator<ToyDataset, void, undefined> {
    for (const range of this.ranges(blockEvents)) yield this.read(range);
  }

  close(): void {
    this.input.close();
  }
}
