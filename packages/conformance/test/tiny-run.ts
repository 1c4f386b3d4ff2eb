import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A run that goes through every stage in seconds, and can not pass. */
export const tinyRun = (bits: number): string => `
name: tiny
seed: 3
dataset:
  split: { train: 3000, validation: 300, test: 300 }
  noiseScan: { noisePerPixel: [0.003], events: 100 }
teacher: { train: { epochs: 1, batchSize: 64, learningRate: 0.003, maxRestarts: 20 } }
student: { train: { epochs: 2, batchSize: 64, learningRate: 0.003, maxRestarts: 20 } }
quantization:
  bits: ${bits}
  calibrationEvents: 300
  train: { epochs: 1, batchSize: 64 }
distillation: null
verification: { csimImages: 2, referenceImages: 2 }
`;

/** Paths of every file below a folder. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

/** SHA-256 of every file below a folder, by path. */
export const treeOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    filesBelow(folder).map((path) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex"),
    ]),
  );
