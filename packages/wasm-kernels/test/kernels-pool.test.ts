import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  batch,
  channels,
  expectClose,
  expectSameBits,
  onBoth,
  seed,
  tensor,
  tiedTensor,
  useKernels,
} from "./backends.js";

type Pool = typeof tf.maxPool;
const window = fc.integer({ min: 1, max: 3 });
const pool = fc
  .record({
    seed,
    batch,
    channels,
    size: fc.tuple(window, window),
    strides: fc.tuple(window, window),
    tiled: fc.boolean(),
    extra: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })),
    pad: fc.constantFrom("same" as const, "valid" as const),
    levels: fc.constantFrom(1, 2, 8, 1000),
  })
  .map((p) => ({
    ...p,
    strides: p.tiled ? p.size : p.strides,
    x: [p.batch, p.size[0] + p.extra[0], p.size[1] + p.extra[1], p.channels],
  }));

const gradient = (
  op: Pool,
  x: tf.Tensor,
  p: Pick<Case, "size" | "strides" | "pad" | "seed">,
): tf.Tensor => {
  const apply = (a: tf.Tensor): tf.Tensor => op(a as tf.Tensor4D, p.size, p.strides, p.pad);
  return tf.grad(apply)(x, tensor(p.seed + 1, apply(x).shape));
};
type Case = typeof pool extends fc.Arbitrary<infer T> ? T : never;

describe("MaxPool", () => {
  it("equals the cpu backend for any window, stride and padding", async () => {
    await fc.assert(
      fc.asyncProperty(pool, async (p) => {
        const { cpu, wasm } = await onBoth(() => [
          tf.maxPool(tiedTensor(p.seed, p.x, p.levels) as tf.Tensor4D, p.size, p.strides, p.pad),
        ]);
        expect(wasm[0]).toEqual(cpu[0]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("MaxPoolGrad", () => {
  it("equals the cpu backend, also where several elements are the maximum", async () => {
    await fc.assert(
      fc.asyncProperty(pool, async (p) => {
        const { cpu, wasm } = await onBoth(() => [
          gradient(tf.maxPool, tiedTensor(p.seed, p.x, p.levels), p),
        ]);
        // Overlapping windows add several gradients up, in another order than the cpu backend.
        expectClose(wasm[0]!, cpu[0]!, 1e-6);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [
      [-1, -2, -3, -4],
      [1, 0, 1, 0],
    ],
    [
      [0.5, 0.5, 0.25, 0.25],
      [1, 0, 1, 0],
    ],
    [
      [0, 0, 0, 0],
      [1, 0, 1, 0],
    ],
    [
      [3, 1, 1, 3],
      [1, 0, 0, 1],
    ],
  ])("gives the gradient of %j to the first maximum", async (x, dx) => {
    await useKernels();
    const apply = (a: tf.Tensor): tf.Tensor =>
      tf.maxPool(a as tf.Tensor4D, [1, 2], [1, 2], "valid");
    const got = tf
      .grad(apply)(tf.tensor(x, [1, 1, 4, 1]))
      .dataSync();
    expect([...got]).toEqual(dx);
  });
});

describe("AvgPoolGrad", () => {
  it("equals the cpu backend where no window reaches into padding", async () => {
    await fc.assert(
      fc.asyncProperty(pool, async (p) => {
        const { cpu, wasm } = await onBoth(() => [
          gradient(tf.avgPool, tensor(p.seed, p.x), { ...p, pad: "valid" }),
        ]);
        expectClose(wasm[0]!, cpu[0]!, 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it("is the adjoint of AvgPool also where windows reach into padding: <dy, A x> = <A' dy, x>", async () => {
    await useKernels();
    fc.assert(
      fc.property(pool, (p) => {
        const products = tf.tidy(() => {
          const x = tensor(p.seed, p.x);
          const y = tf.avgPool(x as tf.Tensor4D, p.size, p.strides, p.pad);
          const dx = gradient(tf.avgPool, x, p);
          return [tf.sum(tf.mul(tensor(p.seed + 1, y.shape), y)), tf.sum(tf.mul(dx, x))];
        });
        const [left, right] = products.map((product) => product.dataSync<"float32">());
        tf.dispose(products);
        expectClose(left!, right!, 2e-5);
      }),
      { numRuns: 60 },
    );
  });

  it("gives the same bits on every run", async () => {
    await useKernels();
    const run = (): Float32Array =>
      gradient(tf.avgPool, tensor(5, [9, 7, 6, 5]), {
        size: [2, 3],
        strides: [1, 2],
        pad: "same",
        seed: 5,
      }).dataSync<"float32">();
    expectSameBits(run(), run());
  });
});
