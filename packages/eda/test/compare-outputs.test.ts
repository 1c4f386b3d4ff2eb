import { compareOutputs } from "@cnntargz/eda";
import { expect, test } from "vitest";

test("equal outputs have no mismatch", () => {
  const comparison = compareOutputs([1, 2, 3, 4], Float64Array.of(1, 2, 3, 4), 2);
  expect(comparison).toEqual({ images: 2, mismatches: 0, firstMismatch: null });
});

test("every differing output counts, the first is named", () => {
  expect(compareOutputs([1, 2, 3, 4, 5, 6], [1, 2, 3, 0, 5, -6], 2)).toEqual({
    images: 3,
    mismatches: 2,
    firstMismatch: { image: 1, output: 1, expected: 4, actual: 0 },
  });
});

test("outputs of different lengths, or of half an image, are refused", () => {
  expect(() => compareOutputs([1, 2], [1, 2, 3, 4], 2)).toThrow(/2 reference outputs with 4/);
  expect(() => compareOutputs([1, 2, 3], [1, 2, 3], 2)).toThrow(/whole number of images/);
});
