// Training rates on backend wasm, medians of CPU time in one run: images per CPU second (a step is
// forward, backward and fused Adam on a batch that is there; `withBatches` assembles it from the
// dataset, too), the SIMD peak of one core of this machine, and each kernel's part of it. Variants
// other than `simd` run in processes of their own and are left out where they do not run.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { trainingRates } from "./training-rates.js";

const script = fileURLToPath(new URL("training-rates.js", import.meta.url));
const isNode20 = process.versions.node.startsWith("20.");

async function inOwnProcess(variant) {
  const flags = variant === "relaxed" && isNode20 ? ["--experimental-wasm-relaxed-simd"] : [];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, variant]);
    return { [variant]: JSON.parse(stdout) };
  } catch (error) {
    if (error.code === 3) return {};
    throw error;
  }
}

/** Rates of the networks that the pipeline trains. */
export async function bench() {
  return {
    ...(await trainingRates("simd")),
    ...(await inOwnProcess("relaxed")),
    ...(await inOwnProcess("native")),
  };
}
