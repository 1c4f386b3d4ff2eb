import { describe, expect, it } from "vitest";

import { textWidth } from "../src/draw/font-metrics.js";

// Advance widths of Adobe's Helvetica and Helvetica-Bold (their AFM files), per 1000 of an em: the
// shipped font must have the same, or text measured with it would not fit elsewhere.
const HELVETICA = {
  " ": 278,
  "0": 556,
  A: 667,
  W: 944,
  a: 556,
  i: 222,
  m: 833,
  "%": 889,
  "‰": 1000,
};
const HELVETICA_BOLD = { " ": 278, "0": 556, A: 722, W: 944, a: 556, i: 278, m: 889, "%": 889 };

describe("textWidth", () => {
  it.each(Object.entries(HELVETICA))("knows %j of Helvetica", (character, width) => {
    expect(textWidth(character, 1000)).toBeCloseTo(width, 0);
  });

  it.each(Object.entries(HELVETICA_BOLD))("knows %j of Helvetica Bold", (character, width) => {
    expect(textWidth(character, 1000, "bold")).toBeCloseTo(width, 0);
  });

  it("adds widths up, at any size", () => {
    expect(textWidth("Wait", 13)).toBeCloseTo(0.013 * (944 + 556 + 222 + 278), 1);
    expect(textWidth("", 13)).toBe(0);
  });

  it("gives characters that the font lacks the width of its sign for them", () => {
    expect(textWidth("\u{1f9ea}", 1000)).toBe(textWidth("\uffff", 1000));
  });
});
