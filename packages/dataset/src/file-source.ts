import { type BatchSource, optionsCheck, z } from "@cnntargz/contracts";

import type { DatasetFile } from "./dataset-file.js";
import { exampleWriter, gatherSource, type ImageKind, imageShapes } from "./source.js";
import { checkHasImages, checkRange, type EventRange } from "./toy-dataset.js";

/** How a file is read for training. */
export interface FileSourceOptions {
  /** Which image of the events: fragmented or whole. */
  readonly image: ImageKind;
  /** Events read at once; 4096 when left out. */
  readonly blockEvents?: number;
  /** Blocks held in memory; 8 when left out. */
  readonly heldBlocks?: number;
}

const checkOptions = optionsCheck<FileSourceOptions>("fileSource", {
  image: z.enum(["9x16", "9x384"]),
  blockEvents: z.int().min(1).optional(),
  heldBlocks: z.int().min(1).optional(),
});

/**
 * The events `range` of an open file as a BatchSource that holds few of them in memory: the most
 * recently used blocks. Fast for an order that stays within `heldBlocks` blocks for a while
 * (`blockShuffle` with `mixBlocks` < `heldBlocks`); for an order all over the range read the file
 * into one shared buffer instead (`readDataset(path, { shared: true })`). A batch's arrays are
 * reused by the next call.
 *
 * @throws CnntargzError `config` when the range leaves the file, an option is not valid or there are
 * no such images; `contract` from `batch` for an index outside the range.
 */
export function fileSource(
  file: DatasetFile,
  range: EventRange,
  options: FileSourceOptions,
): BatchSource {
  checkOptions(options);
  const { image, blockEvents = 4096, heldBlocks = 8 } = options;
  checkRange(range, file.count, "fileSource");
  if (image === "9x384") checkHasImages(file.config, "fileSource");
  const open = (block: number) => {
    const start = block * blockEvents;
    const count = Math.min(blockEvents, range.count - start);
    return exampleWriter(file.read({ start: range.start + start, count }), image);
  };
  // A Map keeps the order of insertion: its first block is the one not used for longest.
  const held = new Map<number, ReturnType<typeof open>>();
  return gatherSource(range.count, imageShapes[image], (index, batch, row) => {
    const block = Math.floor(index / blockEvents);
    const write = held.get(block) ?? open(block);
    held.delete(block);
    held.set(block, write);
    if (held.size > heldBlocks) held.delete(held.keys().next().value!);
    write(index - block * blockEvents, batch, row);
  });
}
