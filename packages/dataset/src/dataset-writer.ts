import { closeSync, openSync, statSync } from "node:fs";
import { resolve } from "node:path";

import {
  CnntargzError,
  type DatasetConfig,
  type DatasetInfo,
  FULL_WIDTH,
  LAYERS,
} from "@cnntargz/contracts";
import { beginFile, canonicalJson, type FileInProgress } from "@cnntargz/stage-kit";
import type { Dataset, File } from "h5wasm/node";

import { DatasetSummary } from "./dataset-info.js";
import { createHdf5, type Hdf5Output } from "./hdf5.js";
import { SCHEMA_VERSION, shapeOf, STORED_ARRAYS, type StoredArray } from "./layout.js";
import { allocateDataset, copyEvents, sliceDataset, type ToyDataset } from "./toy-dataset.js";

/** Rows of one compressed chunk: what a random read has to inflate. */
const CHUNK_ROWS = 1024;
/**
 * Rows handed to HDF5 at once, whatever the sizes of the parts that come in: a multiple of the
 * chunk, so that each chunk is compressed once and the file does not depend on those sizes.
 */
const WRITE_ROWS = 8 * CHUNK_ROWS;
/** gzip level: 1 is twice as fast as 4 and 20 % larger on these sparse images. */
const COMPRESSION = 1;

/** Append the rows of `part` to an array that holds `begin` rows, the first of which create it. */
function appendRows(file: File, part: ToyDataset, array: StoredArray, begin: number): void {
  const data = part[array.field];
  const columns = array.columns === null ? [] : [array.columns];
  if (begin === 0) {
    file.create_dataset({
      name: array.path,
      data,
      shape: shapeOf(array, part.count),
      dtype: array.dtype,
      maxshape: [null, ...columns],
      chunks: shapeOf(array, CHUNK_ROWS),
      compression: COMPRESSION,
    });
    return;
  }
  const end = begin + part.count;
  const stored = file.get(array.path) as Dataset;
  stored.resize(shapeOf(array, end));
  stored.write_slice([[begin, end], ...columns.map((size): [number, number] => [0, size])], data);
}

function writeAttributes(file: File, info: DatasetInfo, firstEvent: number): void {
  file.create_attribute("schema_version", SCHEMA_VERSION, [], "<i");
  file.create_attribute("seed", new BigInt64Array([BigInt(info.config.seed)]), []);
  file.create_attribute("first_event", new BigInt64Array([BigInt(firstEvent)]), []);
  file.create_attribute("config_json", canonicalJson(info.config));
  file.create_attribute("digest", info.digest);
  const images = file.get("images") as Dataset;
  images.create_attribute("bitorder", "big");
  images.create_attribute("height", LAYERS, [], "<i");
  images.create_attribute("width", FULL_WIDTH, [], "<i");
}

/**
 * A dataset file that is written part by part, in order, under a temporary name, and gets its own
 * name when it is whole. The bytes depend on the events only: not on the sizes of the parts, not on
 * the time. Finish with {@link close} or {@link abandon}.
 */
export class DatasetWriter {
  private readonly target: string;
  private readonly file: FileInProgress;
  private readonly output: Hdf5Output;
  private readonly summary: DatasetSummary;
  /** Rows that wait until there are enough of them. */
  private readonly buffer: ToyDataset;
  private readonly firstEvent: number;
  private buffered = 0;
  private written = 0;

  private constructor(
    target: string,
    file: FileInProgress,
    output: Hdf5Output,
    config: DatasetConfig,
    firstEvent: number,
  ) {
    this.target = target;
    this.file = file;
    this.output = output;
    this.summary = new DatasetSummary(config);
    this.firstEvent = firstEvent;
    this.buffer = allocateDataset(config, { start: 0, count: WRITE_ROWS });
    output.step((file) => file.create_group("truth"));
  }

  /**
   * Begin a file; folders are made as needed.
   *
   * @throws CnntargzError `artifact` when it can not be made; `system` when the folder can not.
   */
  static async open(path: string, config: DatasetConfig, firstEvent = 0): Promise<DatasetWriter> {
    const target = resolve(path);
    if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw new CnntargzError(
        "artifact",
        `${target} is a folder (EISDIR): give the name of a file to write`,
      );
    }
    const file = beginFile(target);
    try {
      // The system says why a file can not be made, HDF5 does not.
      closeSync(openSync(file.temporary, "wx"));
    } catch (cause) {
      throw new CnntargzError(
        "artifact",
        `${target} can not be written (${(cause as Error).message}): check the path and permissions`,
        { cause },
      );
    }
    const output = await createHdf5(file.temporary);
    try {
      return new DatasetWriter(target, file, output, config, firstEvent);
    } catch (error) {
      output.abandon();
      file.abandon();
      throw error;
    }
  }

  /**
   * Write the next events.
   *
   * @throws CnntargzError `contract` when they are not the next ones; `artifact` when they can not be
   * written, such as on a full disk: abandon the file then.
   */
  append(part: ToyDataset): void {
    const next = this.firstEvent + this.written + this.buffered;
    if (part.firstEvent !== next) {
      throw new CnntargzError(
        "contract",
        `${this.target}: the part begins with event ${part.firstEvent}, the next one is ${next}: append parts in order`,
      );
    }
    for (let done = 0; done < part.count;) {
      const count = Math.min(part.count - done, WRITE_ROWS - this.buffered);
      copyEvents(sliceDataset(part, { start: done, count }), this.buffer, this.buffered);
      this.buffered += count;
      done += count;
      if (this.buffered === WRITE_ROWS) this.flush();
    }
  }

  /** Complete the file under its own name. */
  close(): DatasetInfo {
    try {
      // A dataset of no events has its arrays all the same.
      if (this.buffered > 0 || this.written === 0) this.flush();
      const info = this.summary.info();
      this.output.step((file) => {
        writeAttributes(file, info, this.firstEvent);
      });
      this.output.close();
      this.file.commit();
      return info;
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Give the file up: nothing of it remains. */
  abandon(): void {
    this.output.abandon();
    this.file.abandon();
  }

  private flush(): void {
    const rows = sliceDataset(this.buffer, { start: 0, count: this.buffered });
    this.summary.add(rows);
    this.output.step((file) => {
      for (const array of STORED_ARRAYS) appendRows(file, rows, array, this.written);
      // What a killed process leaves behind is then at most an incomplete temporary file.
      file.flush();
    });
    this.written += this.buffered;
    this.buffered = 0;
  }
}
