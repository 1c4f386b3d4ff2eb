import { describe, expect, it } from "vitest";

import { significant, withError } from "../src/numbers.js";

describe("withError", () => {
  it.each([
    [0.827, 0.119, "0.83 ± 0.12"],
    [0.827, 0.367, "0.8 ± 0.4"],
    [9.5743, 0.0281, "9.574 ± 0.028"],
    [1234.4, 52, "1234 ± 52"],
    [-0.1203, 0.016, "-0.120 ± 0.016"],
    [0.9972, 0.00062, "0.9972 ± 0.0006"],
    [3, 0, "3"],
  ])("%d with error %d is %s", (value, error, text) => {
    expect(withError(value, error)).toBe(text);
  });
});

describe("significant", () => {
  it.each([
    [1234567, "1,235,000"],
    [0.000314378, "0.0003144"],
    [0, "0"],
    [-12.5, "-12.5"],
  ])("%d is %s", (value, text) => {
    expect(significant(value)).toBe(text);
  });
});
