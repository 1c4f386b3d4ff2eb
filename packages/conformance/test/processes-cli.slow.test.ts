import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { cnntargz } from "./run-cnntargz.js";

const config = `
name: shards
seed: 3
dataset:
  split: { train: 6000, validation: 1000, test: 2000 }
  noiseScan: { noisePerPixel: [0.003], events: 500 }
teacher: { train: { epochs: 1, batchSize: 64, learningRate: 0.003 } }
student: { train: { epochs: 3, batchSize: 64, learningRate: 0.003, maxRestarts: 20 } }
quantization:
  bits: 4
  calibrationEvents: 1000
  train: { epochs: 2, batchSize: 64, trainShards: 2 }
distillation: null
verification: { csimImages: 20, referenceImages: 10 }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cnntargz-processes-"));
  writeFileSync(join(folder, "shards.yaml"), config);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Run with so many processes; gives the digests of everything made. */
async function digests(processes: string): Promise<{ out: unknown; manifest: string }> {
  const args = ["run", "shards.yaml", "--json", "--processes", processes, "--out", processes];
  const { code, stdout, stderr } = await cnntargz(args, folder);
  // Trained this briefly, the network can not pass.
  expect(code, stderr).toBe(3);
  return {
    out: (JSON.parse(stdout) as { digests: unknown }).digests,
    manifest: readFileSync(join(folder, processes, "manifest.json"), "utf8"),
  };
}

it("gives the same bytes on one process and on two, quantized shards included", async () => {
  const [alone, together] = [await digests("1"), await digests("2")];
  expect(together).toEqual(alone);
  expect(JSON.parse(alone.manifest)).toMatchObject({
    backend: { name: "wasm", kernels: "simd", reason: "wasm was asked for" },
  });
});
