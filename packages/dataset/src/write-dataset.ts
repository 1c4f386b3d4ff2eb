import { setImmediate } from "node:timers/promises";

import { checkContext, type StageContext } from "@cnntargz/contracts";

import { DatasetWriter } from "./dataset-writer.js";
import { sliceDataset, type ToyDataset } from "./toy-dataset.js";

/** Events between two looks at the abort signal. */
const BLOCK = 8192;

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
  checkContext(context, "writeDataset");
  context.signal?.throwIfAborted();
  const writer = await DatasetWriter.open(path, dataset.config, dataset.firstEvent);
  try {
    for (let start = 0; start < dataset.count; start += BLOCK) {
      context.signal?.throwIfAborted();
      context.onProgress?.({ task: "dataset: store", fraction: start / dataset.count });
      writer.append(
        sliceDataset(dataset, { start, count: Math.min(BLOCK, dataset.count - start) }),
      );
      await setImmediate();
    }
    writer.close();
  } catch (error) {
    writer.abandon();
    throw error;
  }
  context.onProgress?.({ task: "dataset: store", fraction: 1 });
}
