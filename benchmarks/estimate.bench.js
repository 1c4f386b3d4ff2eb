// Seconds from a cold start of `cnntargz estimate` for the Student and the Teacher, and of an empty
// Node program, each the fastest of several processes: the machines that run this are often shared.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { IntegerNetwork } from "@cnntargz/contracts";
import { inputType9x16, labelScaling9x16 } from "@cnntargz/dataset";
import { layerShapes, student9x16, teacher9x16 } from "@cnntargz/models";
import { freezeOutput, nBitScheme, toIntegerNetwork } from "@cnntargz/quant";
import { createRng, deriveKey, writeArtifact } from "@cnntargz/stage-kit";

const RUNS = 9;
const IMAGES = 8;
const bin = fileURLToPath(new URL("../packages/orchestrator/bin/cnntargz.js", import.meta.url));

/** Random numbers from -0.8 to 0.8; the cost of an estimate does not depend on what was learned. */
function randomWeights(spec, seed) {
  const rng = createRng(deriveKey(seed, spec.name));
  const words = new Uint32Array(4);
  let counter = 0;
  const tensor = (shape) => ({
    dtype: "float32",
    shape: [...shape],
    values: Float32Array.from({ length: shape.reduce((size, n) => size * n, 1) }, () => {
      rng.block(counter++, 0, words);
      return (1.6 * words[0]) / 2 ** 32 - 0.8;
    }),
  });
  return Object.fromEntries(
    layerShapes(spec)
      .filter(({ kernelShape }) => kernelShape !== null)
      .flatMap(({ name, kernelShape }) => [
        [`${name}/kernel`, tensor(kernelShape)],
        [`${name}/bias`, tensor([kernelShape.at(-1)])],
      ]),
  );
}

function network(spec, bits) {
  const model = {
    kind: "trained-model",
    schemaVersion: 1,
    spec,
    quantScheme: nBitScheme(spec, bits),
    inputType: inputType9x16,
    labelScaling: labelScaling9x16,
    weights: randomWeights(spec, bits),
    metrics: { epochs: [], constantLoss: 0, restarts: 0 },
    provenance: { stage: "bench", packages: {}, seed: bits, inputs: {}, config: null },
  };
  const images = new Int32Array(IMAGES * 9 * 16).map((_, at) => (at % 11 === 0 ? 2 : 0));
  return toIntegerNetwork(freezeOutput(model, images, IMAGES).model, { typeRule: "interval" });
}

/** Shortest wall time of a Node process, in seconds. */
function fastest(args) {
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    try {
      execFileSync(process.execPath, args, { stdio: "ignore" });
    } catch (error) {
      // 3: estimated, and too slow or too large.
      if (error.status !== 3) throw error;
    }
    return (performance.now() - started) / 1000;
  });
  return Math.min(...times);
}

export function bench() {
  const folder = mkdtempSync(join(tmpdir(), "cnntargz-bench-"));
  try {
    const emptySeconds = fastest(["-e", "0"]);
    const figures = { runs: RUNS, emptySeconds };
    for (const [name, spec, bits] of [
      ["student", student9x16, 4],
      ["teacher", teacher9x16, 8],
    ]) {
      const path = join(folder, `${name}.json`);
      writeArtifact(path, IntegerNetwork, network(spec, bits));
      const seconds = fastest([bin, "estimate", path]);
      figures[name] = { bits, seconds, ratioToEmpty: seconds / emptySeconds };
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
