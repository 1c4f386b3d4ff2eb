import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { generateDataset, writeDataset } from "@cnntargz/dataset";
import { trainInProcess, TrainingJob } from "@cnntargz/orchestrator";
import { createRng } from "@cnntargz/stage-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const trainingProcess = fileURLToPath(
  new URL("../../orchestrator/dist/training-process.js", import.meta.url),
);

/** A network small enough to train in a second, and wide enough to live whatever the seed. */
const spec = {
  name: "small",
  inputShape: [9, 16, 1],
  layers: [
    { kind: "conv2d", name: "conv", filters: 4, kernelSize: [3, 3], activation: "relu" },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "hidden", units: 8, activation: "relu" },
    { kind: "dense", name: "output", units: 2 },
  ],
};

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-training-"));
  const events = generateDataset({ events: 5000, seed: 1 }, { rng: createRng([1, 2]) });
  await writeDataset(join(folder, "events.h5"), events);
  await trainInProcess(jobIn("whole"), {});
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A training job into a folder of its own. */
function jobIn(name: string, workers = 1): TrainingJob {
  mkdirSync(join(folder, name), { recursive: true });
  return TrainingJob.parse({
    events: join(folder, "events.h5"),
    split: { train: 4000, validation: 1000, test: 0 },
    spec,
    train: { epochs: 6, batchSize: 100, trainShards: 2 },
    provenance: { stage: "train-small", packages: {}, seed: 5, inputs: {}, config: null },
    backend: { name: "wasm", kernels: "simd" },
    workers,
    folder: join(folder, name),
  });
}

/** Digest of the trained network in a folder; it covers weights, metrics and provenance. */
const digestIn = (name: string): string =>
  createHash("sha256")
    .update(readFileSync(join(folder, name, "model.json")))
    .digest("hex");

/** Start a job and kill its process with SIGKILL as soon as a checkpoint is there. */
async function killedAtFirstCheckpoint(job: TrainingJob): Promise<void> {
  const child = fork(trainingProcess, { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.send(job);
  while (!existsSync(join(job.folder, "checkpoint.bin"))) await sleep(5);
  child.kill("SIGKILL");
  await ended;
}

describe("a training in a process of its own", () => {
  it("gives the same bytes for 1 and 2 workers, and after kill -9", async () => {
    await trainInProcess(jobIn("two-workers", 2), {});
    expect(digestIn("two-workers")).toBe(digestIn("whole"));

    await killedAtFirstCheckpoint(jobIn("killed", 2));
    expect(existsSync(join(folder, "killed/model.json"))).toBe(false);
    await trainInProcess(jobIn("killed"), {});
    expect(digestIn("killed")).toBe(digestIn("whole"));
    for (const name of ["whole", "killed"]) {
      const lines = readFileSync(join(folder, name, "metrics.jsonl"), "utf8")
        .trim()
        .split("\n");
      const epochs = lines.map((text) => (JSON.parse(text) as { epoch: number }).epoch);
      expect(epochs).toEqual(Array.from({ length: 6 }, (_, index) => index + 1));
    }
  });

  it("tells of its progress, stops when told to, and goes on to the same bytes", async () => {
    const abort = new AbortController();
    const fractions: number[] = [];
    const training = trainInProcess(jobIn("stopped"), {
      signal: abort.signal,
      onProgress: ({ fraction }) => {
        fractions.push(fraction);
        if (fraction > 0.3) abort.abort(new Error("stopped by the test"));
      },
    });
    await expect(training).rejects.toThrow("stopped by the test");
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(existsSync(join(folder, "stopped/checkpoint.bin"))).toBe(true);
    await trainInProcess(jobIn("stopped"), {});
    expect(existsSync(join(folder, "stopped/checkpoint.bin"))).toBe(false);
    expect(digestIn("stopped")).toBe(digestIn("whole"));
  });

  it("fails with the message and the code of the failure", async () => {
    const job = { ...jobIn("failing"), events: join(folder, "missing.h5") };
    await expect(trainInProcess(job, {})).rejects.toMatchObject({
      code: "artifact",
      message: expect.stringContaining("missing.h5") as string,
    });
  });
});
