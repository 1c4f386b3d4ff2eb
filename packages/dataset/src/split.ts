import { type DatasetSplit } from "@cnntargz/contracts";

import type { EventRange } from "./toy-dataset.js";

/** The event ranges of a split, in the order train, validation, test from event 0 on. */
export function splitRanges(
  split: DatasetSplit,
): Readonly<Record<"train" | "validation" | "test", EventRange>> {
  const { train, validation, test } = split;
  return {
    train: { start: 0, count: train },
    validation: { start: train, count: validation },
    test: { start: train + validation, count: test },
  };
}
