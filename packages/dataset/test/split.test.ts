import { splitRanges } from "@cnntargz/dataset";
import { expect, it } from "vitest";

it("splitRanges puts train, validation and test one after the other", () => {
  expect(splitRanges({ train: 450, validation: 50, test: 200 })).toEqual({
    train: { start: 0, count: 450 },
    validation: { start: 450, count: 50 },
    test: { start: 500, count: 200 },
  });
});
