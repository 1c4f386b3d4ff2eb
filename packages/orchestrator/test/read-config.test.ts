import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readRunConfig } from "@cnntargz/orchestrator";
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
    ["a missing part", valid.replace(/^teacher.*\n/m, ""), /teacher: /],
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
