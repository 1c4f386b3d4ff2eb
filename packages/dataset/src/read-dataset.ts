import { setImmediate } from "node:timers/promises";

import { CnntargzError, optionsCheck, z } from "@cnntargz/contracts";

import { DatasetFile } from "./dataset-file.js";
import { DatasetSummary } from "./dataset-info.js";
import { allocateDataset, copyEvents, type ToyDataset } from "./toy-dataset.js";

/** How a dataset is read. */
export interface ReadOptions {
  /**
   * Put all arrays into one SharedArrayBuffer: a dataset sent to worker threads is then shared, not
   * copied.
   */
  readonly shared?: boolean;
}

const checkOptions = optionsCheck<ReadOptions>("readDataset", { shared: z.boolean().optional() });

/**
 * Read a dataset that `writeDataset` or `generateToFile` has stored, whole, and compare its contents
 * with the digest stored beside them. The event loop runs between blocks.
 *
 * @throws CnntargzError `artifact` when the file is missing, truncated, damaged, not HDF5, not a
 * dataset or of a newer schema; ContractError when its configuration is not valid.
 */
export async function readDataset(path: string, options: ReadOptions = {}): Promise<ToyDataset> {
  checkOptions(options);
  const file = await DatasetFile.open(path);
  try {
    const range = { start: file.firstEvent, count: file.count };
    const dataset = allocateDataset(file.config, range, options);
    const summary = new DatasetSummary(file.config);
    for (const block of file.blocks()) {
      copyEvents(block, dataset, block.firstEvent - file.firstEvent);
      summary.add(block);
      await setImmediate();
    }
    checkDigest(file, summary);
    return dataset;
  } finally {
    file.close();
  }
}

/**
 * Compare what was read from a file with the digest stored in it.
 *
 * @throws CnntargzError `artifact` when they differ.
 */
export function checkDigest(file: DatasetFile, summary: DatasetSummary): void {
  const digest = summary.digest();
  if (digest === file.digest) return;
  throw new CnntargzError(
    "artifact",
    `${file.path} is damaged: its contents have digest ${digest}, it states ${file.digest}: copy or generate it again`,
  );
}
