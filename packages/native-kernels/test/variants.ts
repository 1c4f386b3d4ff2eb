import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  buildNativeKernels,
  type InstructionSet,
  loadNativeKernels,
} from "@cnntargz/native-kernels";
import { registerTrainingKernels } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
// Registers the gradients of all operations.
import "@tensorflow/tfjs-layers";
import { expect } from "vitest";

tf.enableProdMode();

/** The reference, the portable kernels, and the addon with each instruction set. */
export type Variant = "cpu" | "simd" | InstructionSet;

/** An addon in a directory of its own, which `remove` deletes. */
export function buildAddon(): { path: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), "native-kernels-"));
  const path = buildNativeKernels({ output: join(directory, "addon.node") });
  return {
    path,
    remove: () => {
      rmSync(directory, { recursive: true });
    },
  };
}

/** The instruction sets of an addon that this processor has. */
export function instructionSets(path: string): InstructionSet[] {
  const widest = loadNativeKernels({ path }).instructionSet;
  return widest === "avx512" ? ["avx2", "avx512"] : ["avx2"];
}

/** Makes a backend current; the wasm one anew, since it keeps its variant for life. */
export async function useVariant(variant: Variant, path: string): Promise<void> {
  if (variant === "cpu") {
    await tf.setBackend("cpu");
    return;
  }
  const factory = tf.findBackendFactory("wasm");
  tf.removeBackend("wasm");
  tf.registerBackend("wasm", factory);
  await tf.setBackend("wasm");
  if (variant === "simd") {
    registerTrainingKernels(tf, { variant });
  } else {
    const native = loadNativeKernels({ path, instructionSet: variant });
    registerTrainingKernels(tf, { variant: "native", native });
  }
}

/** The values that a computation gives. */
export function valuesOf(compute: () => tf.Tensor[]): Float32Array[] {
  const tensors = tf.tidy(compute);
  const results = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose(tensors);
  return results;
}

/** Largest difference, relative to the largest expected value (or 1 where all are smaller). */
export function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const largest = expected.reduce((best, value) => Math.max(best, Math.abs(value)), 1);
  return (
    actual.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0) / largest
  );
}

/** Expects the same bits in all arrays (0 and -0 differ). */
export function expectSameBits(actual: Float32Array[], expected: Float32Array[]): void {
  const bytes = (array: Float32Array): Buffer =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  expect(actual.length).toBe(expected.length);
  // Compared as bytes: an element by element comparison of millions of numbers takes minutes.
  const different = actual.findIndex((array, i) => !bytes(array).equals(bytes(expected[i]!)));
  expect(different, "index of the first array with other bits").toBe(-1);
}

/** Uniform numbers in [-1, 1) from a small fixed generator (mulberry32); rounded to `levels` per unit if given. */
export function tensor(seed: number, shape: number[], levels?: number): tf.Tensor {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, next);
  return tf.tensor(levels ? values.map((v) => Math.floor(v * levels) / levels) : values, shape);
}
