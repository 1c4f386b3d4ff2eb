import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { presetConfig, type RunConfig, runPipeline } from "@cnntargz/orchestrator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const demo = presetConfig("demo");
/** The demo with too few events and epochs to pass. */
const config: RunConfig = {
  ...demo,
  dataset: {
    ...demo.dataset,
    split: { train: 5000, validation: 1000, test: 1000 },
    noiseScan: { noisePerPixel: [], events: 1 },
  },
  teacher: { train: { ...demo.teacher.train, epochs: 1, batchSize: 64 } },
  student: { train: { ...demo.student.train, epochs: 3, batchSize: 64 } },
  quantization: {
    ...demo.quantization,
    train: { ...demo.quantization.train, epochs: 1, batchSize: 64 },
  },
  verification: { ...demo.verification, csimImages: 10, referenceImages: 10 },
};

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "cnntargz-pipeline-"));
});
afterAll(() => {
  rmSync(out, { recursive: true });
});

describe("runPipeline as a library", () => {
  it("lets one run write to a directory, and refuses another meanwhile", async () => {
    const runs = await Promise.allSettled([
      runPipeline(config, { out }),
      runPipeline(config, { out }),
    ]);
    const [done] = runs.filter((run) => run.status === "fulfilled");
    const [refused] = runs.filter((run) => run.status === "rejected");
    expect(String(refused?.reason)).toMatch(/being written by another run/);
    const { summary, verdict } = done!.value;
    expect(summary.bitExact).toMatchObject({ images: 1000, mismatches: 0 });
    expect(summary.status).toBe(verdict.status);
  });

  it("rejects with the signal's reason, before doing anything when it is aborted already", async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(runPipeline({ ...config, seed: 99 }, { out, signal })).rejects.toBe(reason);
  });
});
