import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { expectClose, expectSameBits, onBoth, seed, tensor, useKernels } from "./backends.js";

const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(7, 8, 9, 16, 33));
const product = fc.record({
  seed,
  rows: size,
  inner: fc.oneof(size, fc.constant(300)),
  cols: size,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
});
type Product = typeof product extends fc.Arbitrary<infer T> ? T : never;

const left = (p: Product, batch: number[] = []): tf.Tensor =>
  tensor(p.seed, [...batch, ...(p.transposeA ? [p.inner, p.rows] : [p.rows, p.inner])]);
const right = (p: Product, batch: number[] = []): tf.Tensor =>
  tensor(p.seed + 1, [...batch, ...(p.transposeB ? [p.cols, p.inner] : [p.inner, p.cols])]);

describe("BatchMatMul", () => {
  it("equals the cpu backend for any size and transposition", async () => {
    await fc.assert(
      fc.asyncProperty(product, async (p) => {
        const { cpu, wasm } = await onBoth(() => [
          tf.matMul(left(p), right(p), p.transposeA, p.transposeB),
        ]);
        expectClose(wasm[0]!, cpu[0]!);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [[4], [4]],
    [[4], [1]],
    [[1], [3]],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 3],
      [1, 1],
    ],
    [[3], [2, 3]],
  ])("equals the cpu backend for batches %j and %j", async (batchA, batchB) => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
    ] as const) {
      const p = { seed: 7, rows: 5, inner: 11, cols: 9, transposeA, transposeB };
      const { cpu, wasm } = await onBoth(() => [
        tf.matMul(left(p, batchA), right(p, batchB), transposeA, transposeB),
      ]);
      expectClose(wasm[0]!, cpu[0]!);
    }
  });

  // The cpu backend makes too few products of some of these.
  it.each([
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [
      [1, 3, 1],
      [2, 1, 4],
      [2, 3, 4],
    ],
    [[3], [2, 1], [2, 3]],
    [[2, 3], [3], [2, 3]],
  ])("broadcasts batches %j and %j as if they were repeated", async (batchA, batchB, whole) => {
    await useKernels();
    const p = { seed: 7, rows: 5, inner: 11, cols: 9, transposeA: true, transposeB: false };
    const repeated = (t: tf.Tensor): tf.Tensor =>
      tf.broadcastTo(t, [...whole, ...t.shape.slice(-2)]);
    const [a, b] = [left(p, batchA), right(p, batchB)];
    const product = tf.matMul(a, b, true, false);
    expect(product.shape).toEqual([...whole, 5, 9]);
    expectSameBits(
      product.dataSync<"float32">(),
      tf.matMul(repeated(a), repeated(b), true, false).dataSync<"float32">(),
    );
  });

  it("has the gradients of the cpu backend", async () => {
    await fc.assert(
      fc.asyncProperty(product, async (p) => {
        const { cpu, wasm } = await onBoth(() => {
          const apply = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
            tf.matMul(a, b, p.transposeA, p.transposeB);
          return tf.grads(apply)([left(p), right(p)], tensor(p.seed + 2, [p.rows, p.cols]));
        });
        expectClose(wasm[0]!, cpu[0]!);
        expectClose(wasm[1]!, cpu[1]!);
      }),
      { numRuns: 40 },
    );
  });
});

describe("_FusedMatMul", () => {
  it("equals the cpu backend with bias and activation", async () => {
    await fc.assert(
      fc.asyncProperty(
        product,
        fc.constantFrom("linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"),
        fc.boolean(),
        async (p, activation, withBias) => {
          const { cpu, wasm } = await onBoth(() => [
            tf.fused.matMul({
              a: left(p),
              b: right(p),
              transposeA: p.transposeA,
              transposeB: p.transposeB,
              activation: activation,
              ...(activation === "prelu"
                ? { preluActivationWeights: tensor(p.seed + 3, [p.cols]) }
                : {}),
              ...(activation === "leakyrelu" ? { leakyreluAlpha: 0.1 } : {}),
              ...(withBias ? { bias: tensor(p.seed + 2, [p.cols]) } : {}),
            }),
          ]);
          expectClose(wasm[0]!, cpu[0]!);
        },
      ),
      { numRuns: 80 },
    );
  });

  it("gives a row the same bits whatever else is in its batch", async () => {
    await useKernels();
    for (const cols of [2, 10]) {
      const a = tensor(8, [11, 48]);
      const b = tensor(9, [48, cols]);
      const whole = tf.matMul(a, b).dataSync();
      const last = tf.matMul(tf.slice(a, [10], [1]), b).dataSync();
      expect([...last]).toEqual([...whole.slice(10 * cols)]);
    }
  });
});
