import { defaultHintPlan, hintGeometry } from "@cnntargz/distill";
import { student9x16, teacher9x16 } from "@cnntargz/models";
import { describe, expect, it } from "vitest";

describe("hintGeometry", () => {
  it("lays images centre on centre and takes what overlaps", () => {
    const hint = { student: "conv1b", teacher: "conv1b", gamma: 1 };
    expect(hintGeometry(hint, student9x16, teacher9x16)).toEqual({
      hint,
      studentWindow: null,
      teacherWindow: { begin: [2, 2, 0], size: [5, 12, 10] },
      mapInputs: 1,
      mapOutputs: 10,
      elements: 600,
    });
    const back = { student: "conv2a", teacher: "conv1b", gamma: 1 };
    expect(hintGeometry(back, teacher9x16, student9x16)).toMatchObject({
      studentWindow: { begin: [2, 0, 0], size: [5, 8, 17] },
      teacherWindow: { begin: [0, 2, 0], size: [5, 8, 1] },
      mapInputs: 17,
      mapOutputs: 1,
    });
  });

  it("maps vectors, and an image to a vector, by a dense matrix", () => {
    const vectors = { student: "dense2", teacher: "dense2", gamma: 1 };
    expect(hintGeometry(vectors, student9x16, teacher9x16)).toMatchObject({
      mapInputs: 10,
      mapOutputs: 10,
      elements: 10,
    });
    const mixed = { student: "conv2b", teacher: "flatten", gamma: 1 };
    expect(hintGeometry(mixed, student9x16, teacher9x16)).toMatchObject({
      mapInputs: 48,
      mapOutputs: 272,
      elements: 272,
    });
  });

  it("lets the aims of 60,000 images fit into 500 MB for the default plan", () => {
    const elements = defaultHintPlan.hints
      .map((hint) => hintGeometry(hint, student9x16, teacher9x16).elements)
      .reduce((sum, count) => sum + count, 0);
    expect(elements).toBe(600 + 136 + 10);
    expect(4 * elements * 60_000).toBeLessThan(500e6);
  });

  it("names a layer that does not exist", () => {
    const hint = { student: "conv2c", teacher: "conv2c", gamma: 1 };
    expect(() => hintGeometry(hint, student9x16, teacher9x16)).toThrow(
      /names the layer conv2c, student9x16 has only conv1a, conv1b/,
    );
  });
});
