import type { Batch } from "@cnntargz/contracts";
import { openGates } from "@cnntargz/distill";
import { describe, expect, it } from "vitest";

const batch: Batch = {
  images: new Float32Array(4),
  targets: Float32Array.from([0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0]),
  hasEta: Uint8Array.from([1, 1, 0, 0]),
  count: 4,
};
// |y - yS|^2 = 0.25, 0.01, 0.04, 0 (its eta does not count)
const student = [0, 0.5, 0.5, 0.4, 0.2, 0, 0, 5];
// |y - yT|^2 = 0.01, 0.01, 0.09, 0 (a tie is not better)
const teacher = [0.5, 0.4, 0.5, 0.6, 0.3, 0, 0, 9];

describe("openGates", () => {
  it("opens where the Teacher is strictly better, example by example", () => {
    expect([...openGates(student, teacher, batch, 1, "sample")]).toEqual([1, 0, 0, 0]);
    expect([...openGates(teacher, student, batch, 1, "sample")]).toEqual([0, 0, 1, 0]);
  });

  it("opens for the whole batch or for none", () => {
    expect([...openGates(student, teacher, batch, 1, "batch")]).toEqual([1, 1, 1, 1]);
    expect([...openGates(teacher, student, batch, 1, "batch")]).toEqual([0, 0, 0, 0]);
    expect([...openGates(teacher, teacher, batch, 1, "batch")]).toEqual([0, 0, 0, 0]);
  });

  it("weighs eta as the loss does", () => {
    const onlyEta = [0.5, 0, 0.5, 0.5, 0, 0, 0, 0];
    const onlyPt = [0.2, 0.5, 0.5, 0.5, 0, 0, 0, 0];
    expect(openGates(onlyEta, onlyPt, batch, 1, "sample")[0]).toBe(1);
    expect(openGates(onlyEta, onlyPt, batch, 0.1, "sample")[0]).toBe(0);
  });
});
