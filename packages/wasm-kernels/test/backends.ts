import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";

import { registerTrainingKernels } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
// Registers the gradients of all operations.
import "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { expect } from "vitest";

tf.enableProdMode();

/** Makes the wasm backend with the training kernels current. */
export async function useKernels(): Promise<void> {
  await tf.setBackend("wasm");
  registerTrainingKernels(tf, { variant: "simd" });
}

/** Results of one computation on the cpu backend (the reference) and with the kernels. */
export async function onBoth(
  compute: () => tf.Tensor[],
): Promise<{ cpu: Float32Array[]; wasm: Float32Array[] }> {
  const run = (): Float32Array[] => {
    const tensors = tf.tidy(compute);
    const values = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
    tf.dispose(tensors);
    return values;
  };
  await tf.setBackend("cpu");
  const cpu = run();
  await useKernels();
  return { cpu, wasm: run() };
}

/** Expects equal values up to float32 summation order: |difference| <= tolerance * max(1, largest value). */
export function expectClose(actual: Float32Array, expected: Float32Array, tolerance = 2e-5): void {
  expect(actual.length).toBe(expected.length);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const worst = expected.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - actual[i]!)),
    0,
  );
  expect(worst).toBeLessThanOrEqual(tolerance * scale);
}

/** Expects the same bits (0 and -0 differ). */
export function expectSameBits(actual: Float32Array, expected: Float32Array): void {
  expect(bits(actual)).toEqual(bits(expected));
}

function bits(values: Float32Array): number[] {
  return [...new Uint32Array(values.buffer, values.byteOffset, values.length)];
}

/** Uniform numbers in [-1, 1) from a small fixed generator (mulberry32). */
export function values(seed: number, size: number): Float32Array {
  let state = seed | 0;
  return Float32Array.from({ length: size }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}

/** A tensor of such numbers. */
export function tensor(seed: number, shape: number[]): tf.Tensor {
  return tf.tensor(values(seed, tf.util.sizeFromShape(shape)), shape);
}

/** A tensor of few distinct values, as quantised activations have them, so that many are equal. */
export function tiedTensor(seed: number, shape: number[], levels: number): tf.Tensor {
  const data = values(seed, tf.util.sizeFromShape(shape));
  return tf.tensor(
    data.map((value) => Math.floor(value * levels) / levels),
    shape,
  );
}

export const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
export const channels = fc.constantFrom(1, 2, 3, 5, 6, 7, 10, 17);
export const batch = fc.integer({ min: 1, max: 19 });
