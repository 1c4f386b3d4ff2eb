import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { presetConfig, readRunConfig } from "@cnntargz/orchestrator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const valid = `name: short
dataset:
  split: { train: 100, validation: 10, test: 10 }
teacher: { train: { epochs: 1, batchSize: 10 } }
student: { train: { epochs: 1, batchSize: 10 } }
quantization:
  train: { epochs: 1, batchSize: 10 }
distillation: null
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-config-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = (text: string, name = "run.yaml") => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return readRunConfig(path);
};

describe("readRunConfig", () => {
  it.each([
    ["an alias of nothing", "name: *nowhere", /alias/i],
    [
      "aliases that multiply",
      `a: &a [1,1,1,1,1,1,1,1,1,1]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]`,
      /Excessive alias count/,
    ],
    ["20,000 nested lists", `name: ${"[".repeat(20_000)}${"]".repeat(20_000)}`, /nested/],
    ["150 nested lists", `name: ${"[".repeat(150)}${"]".repeat(150)}`, /more than 100 levels/],
  ])("refuses %s", (_, text, words) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(words) as string,
        code: expect.stringMatching(/config|contract/) as string,
      }),
    );
  });

  it("fills defaults from every contract", () => {
    const config = read(valid);
    expect(config).toMatchObject({
      seed: 1,
      dataset: { preset: "flat", noisePerPixel: 1e-3 },
      teacher: { train: { learningRate: 1e-3, etaWeight: 1 } },
      quantization: { bits: 4 },
      hls: { part: "xcvu13p-flga2577-2-e", clockPeriodNs: 2 },
      requirements: { latencyNs: 400, fakeRate: 0.002, plateau: 0.95 },
    });
  });

  it("needs only what differs from the demo", () => {
    const demo = presetConfig("demo");
    expect(read("# all defaults\n")).toEqual({ ...demo, name: "run" });
    expect(read("quantization: { bits: 3 }")).toEqual({
      ...demo,
      name: "run",
      quantization: { ...demo.quantization, bits: 3 },
    });
    expect(read("dataset: { split: { train: 5000 } }").dataset.split).toEqual({
      ...demo.dataset.split,
      train: 5000,
    });
    // In a block that is given, what is left out has the field's own default.
    expect(read("teacher: { train: { learningRate: 0.1 } }").teacher.train).toMatchObject({
      epochs: demo.teacher.train.epochs,
      batchSize: demo.teacher.train.batchSize,
      learningRate: 0.1,
      etaWeight: 1,
    });
  });

  it("reads JSON too", () => {
    const config = read(valid);
    expect(read(JSON.stringify(config), "run.json")).toEqual(config);
  });

  it.each([
    [
      "a value out of range",
      valid.replace("batchSize: 10", "batchSize: 0"),
      /run\.yaml:4:43 teacher\.train\.batchSize/,
    ],
    [
      "a misspelt key",
      valid.replace("quantization:", "quantisation:"),
      /Unrecognized key: "quantisation"/,
    ],
    ["a block that is none", valid.replace(/^teacher.*\n/m, "teacher: 3\n"), /teacher: /],
    [
      "an empty test set",
      valid.replace("test: 10", "test: 0"),
      /run\.yaml:3:\d+ dataset\.split\.test/,
    ],
    [
      "an empty validation set",
      valid.replace("validation: 10", "validation: 0"),
      /split\.validation/,
    ],
    ["no training events", valid.replace("train: 100", "train: 0"), /split\.train/],
    [
      "more events than there may be",
      valid.replace("train: 100", "train: 99999999"),
      /dataset\.split: train \+ validation \+ test must be at most 100000000/,
    ],
    [
      "no events at a noise level",
      valid.replace("split:", "noiseScan: { noisePerPixel: [0.1], events: 0 }\n  split:"),
      /noiseScan\.events/,
    ],
    [
      "a pT that float32 labels can not hold",
      valid.replace("split:", "ptMaxGeV: 1.0e+308\n  split:"),
      /dataset\.ptMaxGeV/,
    ],
    [
      "amounts of a part that are none",
      `${valid}hls: { device: { lut: 0, ff: 1, dsp: 1, bram18: 1 } }`,
      /hls\.device\.lut/,
    ],
    [
      "a name that is no file name",
      valid.replace("name: short", "name: a/b"),
      /run\.yaml:1:7 name/,
    ],
    ["broken YAML", "name: [short", /run\.yaml:\d+:\d+ /],
  ])("points at %s", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
