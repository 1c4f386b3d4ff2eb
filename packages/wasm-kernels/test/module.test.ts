import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { registeredVariant, registerTrainingKernels } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

// Registers the backends.
import "./backends.js";

const webAssembly = (
  globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } }
).WebAssembly;
const relaxedBytes = readFileSync(new URL("../wasm/training-relaxed.wasm", import.meta.url));

describe("the relaxed variant", () => {
  it("loads where the engine has relaxed SIMD and is refused with advice where it has not", async () => {
    await tf.setBackend("wasm");
    const register = (): void => {
      registerTrainingKernels(tf, { variant: "relaxed" });
    };
    if (webAssembly.validate(relaxedBytes)) {
      register();
      expect(registeredVariant(tf)).toBe("relaxed");
    } else {
      expect(register).toThrow(/relaxed SIMD.*"simd".*Node 22/s);
      expect(registeredVariant(tf)).toBeUndefined();
    }
  });

  it("computes the same results up to rounding", () => {
    // A process of its own: Node 20 has relaxed SIMD only behind a flag, which newer releases do not know.
    const flags = webAssembly.validate(relaxedBytes) ? [] : ["--experimental-wasm-relaxed-simd"];
    const script = fileURLToPath(new URL("fixtures/relaxed-results.js", import.meta.url));
    const run = (variant: string): number[] =>
      JSON.parse(
        execFileSync(process.execPath, [...flags, script, variant], { encoding: "utf8" }),
      ) as number[];
    const [simd, relaxed] = [run("simd"), run("relaxed")];
    expect(relaxed).toHaveLength(simd.length);
    simd.forEach((value, i) => {
      expect(relaxed[i]).toBeCloseTo(value, 4);
    });
  });
});
