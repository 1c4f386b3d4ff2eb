import { DatasetSplit, parseOptions } from "@cnntargz/contracts";

import type { EventRange } from "./toy-dataset.js";

/**
 * The event ranges of a split, in the order train, validation, test from event 0 on.
 *
 * @throws CnntargzError `config` when a count is missing, unknown or no whole number in its range.
 */
export function splitRanges(
  split: DatasetSplit,
): Readonly<Record<"train" | "validation" | "test", EventRange>> {
  const { train, validation, test } = parseOptions(DatasetSplit, split, "splitRanges");
  return {
    train: { start: 0, count: train },
    validation: { start: train, count: validation },
    test: { start: train + validation, count: test },
  };
}
