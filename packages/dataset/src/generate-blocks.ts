import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";

import {
  checkContext,
  type DatasetConfig,
  optionsCheck,
  type StageContext,
  z,
} from "@cnntargz/contracts";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

import { rangeGenerator } from "./generate.js";
import type { EventRange, ToyDataset } from "./toy-dataset.js";

/** How much is generated at once, and by whom; no choice changes the events. */
export interface BlockOptions {
  /** Events of a block; 8192 when left out. */
  readonly blockEvents?: number;
  /** Worker threads; 0, the default, generates in this thread. */
  readonly workers?: number;
}

const DEFAULT_BLOCK_EVENTS = 8192;

/** Schemas of {@link BlockOptions}. */
export const blockOptions = {
  blockEvents: z.int().min(1).optional(),
  workers: z.int().min(0).optional(),
};
const checkOptions = optionsCheck<BlockOptions>("generateBlocks", blockOptions);

/**
 * The generator of a dataset's ranges from the seed in its configuration: what `generateRange` gives
 * for the stream `createRng(deriveKey(config.seed, "dataset"))`.
 */
export function seededGenerator(config: DatasetConfig): (range: EventRange) => ToyDataset {
  return rangeGenerator(config, { rng: createRng(deriveKey(config.seed, "dataset")) });
}

function rangesOf({ start, count }: EventRange, blockEvents: number): EventRange[] {
  return Array.from({ length: Math.ceil(count / blockEvents) }, (_, block) => ({
    start: start + block * blockEvents,
    count: Math.min(blockEvents, count - block * blockEvents),
  }));
}

/** Ask one worker for one range. */
async function request(worker: Worker, range: EventRange): Promise<ToyDataset> {
  worker.postMessage(range);
  const [part] = (await once(worker, "message")) as [ToyDataset];
  return part;
}

async function* fromWorkers(
  config: DatasetConfig,
  ranges: readonly EventRange[],
  count: number,
): AsyncGenerator<ToyDataset, void, undefined> {
  const url = new URL("./generate-worker.js", import.meta.url);
  const workers = Array.from({ length: count }, () => new Worker(url, { workerData: config }));
  try {
    // Block b is made by worker b % count, which is given its next one when the last was taken:
    // at most `count` blocks are held at once.
    const pending = workers
      .slice(0, ranges.length)
      .map((worker, block) => request(worker, ranges[block]!));
    // A worker's failure is thrown where its block is taken.
    for (const promise of pending) promise.catch(() => undefined);
    for (let block = 0; block < ranges.length; block++) {
      const slot = block % count;
      const part = await pending[slot]!;
      const next = ranges[block + count];
      if (next !== undefined) {
        pending[slot] = request(workers[slot]!, next);
        pending[slot].catch(() => undefined);
      }
      yield part;
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/**
 * Generate the events `range` of a dataset in blocks, in order.
 *
 * @param config with every default filled in (`resolveConfig`).
 * @throws CnntargzError `config` when an option is not valid; the signal's reason when aborted.
 */
export async function* generateBlocks(
  config: DatasetConfig,
  range: EventRange,
  options: BlockOptions = {},
  context: Pick<StageContext, "signal" | "onProgress"> = {},
): AsyncGenerator<ToyDataset, void, undefined> {
  checkOptions(options);
  checkContext(context, "generateBlocks");
  const { blockEvents = DEFAULT_BLOCK_EVENTS, workers = 0 } = options;
  const ranges = rangesOf(range, blockEvents);
  const tell = (done: number): void => {
    context.signal?.throwIfAborted();
    context.onProgress?.({ task: "dataset: generate", fraction: done / Math.max(1, range.count) });
  };
  let done = 0;
  tell(0);
  if (workers > 0) {
    for await (const part of fromWorkers(config, ranges, workers)) {
      yield part;
      tell((done += part.count));
    }
    return;
  }
  const generate = seededGenerator(config);
  for (const block of ranges) {
    yield generate(block);
    tell((done += block.count));
    await setImmediate();
  }
}
