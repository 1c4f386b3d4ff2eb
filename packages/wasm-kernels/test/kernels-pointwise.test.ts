import { FAKE_QUANTIZE, RELU_GRAD_BOUNDED, WasmKernelsError } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";

import {
  expectClose,
  expectSameBits,
  onBoth,
  seed,
  tensor,
  tiedTensor,
  useKernels,
  values,
} from "./backends.js";

beforeEach(useKernels);

const shape = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

describe("Sum", () => {
  it("equals the cpu backend over any axes", async () => {
    await fc.assert(
      fc.asyncProperty(
        seed,
        shape,
        fc.integer({ min: 0, max: 15 }),
        fc.boolean(),
        async (s, dims, mask, keep) => {
          const axes = dims.flatMap((_, axis) => ((mask >> axis) & 1 ? [axis] : []));
          const { cpu, wasm } = await onBoth(() => {
            const sum = tf.sum(tensor(s, dims), axes.length > 0 ? axes : undefined, keep);
            return [sum, tf.tensor1d(sum.shape)];
          });
          expectClose(wasm[0]!, cpu[0]!);
          expect(wasm[1]).toEqual(cpu[1]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("sums a million values to within a few units in the last place", () => {
    const data = values(1, 2 ** 20).map((value) => value + 1);
    const exact = data.reduce((sum, value) => sum + value, 0);
    const [all] = tf.sum(tf.tensor1d(data)).dataSync();
    expect(Math.abs(all! - exact) / exact).toBeLessThan(1e-5);
  });

  it("sums integers exactly", () => {
    const sum = tf.sum(tf.tensor2d([2 ** 24, 1, 1, 2], [2, 2], "int32"), 0);
    expect([...sum.dataSync()]).toEqual([2 ** 24 + 1, 3]);
  });
});

describe("Identity", () => {
  it.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[1, 2, 0]], [[2, 0, 1]], [[2, 1, 0]]])(
    "shares the values until the last owner is disposed, in the order %j",
    (order) => {
      const before = tf.memory();
      const original = tensor(3, [5, 7]);
      const expected = original.dataSync<"float32">();
      const clone = tf.clone(original);
      const owners = [original, clone, tf.reshape(clone, [7, 5])];
      expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers + 1);
      for (const [i, which] of order.entries()) {
        owners[which]!.dispose();
        // Takes the freed memory, if it was freed too early.
        const squatter = tf.fill([5, 7], 9);
        for (const rest of order.slice(i + 1)) {
          expectSameBits(owners[rest]!.dataSync<"float32">(), expected);
        }
        squatter.dispose();
      }
      expect(tf.memory()).toEqual(before);
    },
  );

  it("keeps a clone when its variable is assigned", () => {
    const variable = tf.variable(tf.tensor1d([1, 2, 3]));
    const clone = tf.clone(variable);
    variable.assign(tf.tensor1d([4, 5, 6]));
    expect([...clone.dataSync()]).toEqual([1, 2, 3]);
    expect([...variable.dataSync()]).toEqual([4, 5, 6]);
    variable.dispose();
    expect([...clone.dataSync()]).toEqual([1, 2, 3]);
  });

  it("handles strings", () => {
    expect(tf.clone(tf.tensor1d(["a", "bc"])).dataSync<"string">()).toEqual(["a", "bc"]);
  });
});

describe("Relu's gradient", () => {
  it("has the bits of the cpu backend", async () => {
    await fc.assert(
      fc.asyncProperty(seed, shape, async (s, dims) => {
        const { cpu, wasm } = await onBoth(() => [
          tf.grad((x: tf.Tensor) => tf.relu(x))(tiedTensor(s, dims, 2), tensor(s + 1, dims)),
        ]);
        expect(wasm[0]!.map((v) => v + 0)).toEqual(cpu[0]!.map((v) => v + 0));
      }),
      { numRuns: 50 },
    );
  });

  it("runs through the one-pass kernel", async () => {
    const profile = await tf.profile(() => tf.grad((x: tf.Tensor) => tf.relu(x))(tensor(1, [4])));
    expect(profile.kernelNames).toContain(RELU_GRAD_BOUNDED);
  });
});

describe("Prelu", () => {
  it("has the bits of the cpu backend for slopes broadcast over any axes", async () => {
    await fc.assert(
      fc.asyncProperty(
        seed,
        shape,
        fc.integer({ min: 0, max: 15 }),
        fc.nat({ max: 3 }),
        async (s, dims, mask, dropped) => {
          const slopes = dims
            .map((size, axis) => ((mask >> axis) & 1 ? 1 : size))
            .slice(Math.min(dropped, dims.length - 1));
          const { cpu, wasm } = await onBoth(() => [
            tf.prelu(tiedTensor(s, dims, 3), tensor(s + 1, slopes)),
          ]);
          expectSameBits(
            wasm[0]!.map((v) => v + 0),
            cpu[0]!.map((v) => v + 0),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it("passes NaN on", () => {
    const y = tf.prelu(tf.tensor1d([NaN, -1, 2, -3, NaN]), tf.scalar(0.5));
    expect([...y.dataSync()]).toEqual([NaN, -0.5, 2, -1.5, NaN]);
  });

  it("refuses slopes that would enlarge its input", () => {
    expect(() => tf.prelu(tensor(1, [1, 3]), tensor(2, [4, 3]))).toThrow(/\[1, 3\].*\[4, 3\]/);
  });
});

describe(RELU_GRAD_BOUNDED, () => {
  it.each([Infinity, 1, 0.5])("passes dy where 0 < x <= %d", (high) => {
    const x = Float32Array.of(-1, -0, 0, 1e-30, 0.25, 0.5, 0.75, 1, 1.5, NaN, Infinity);
    const dy = x.map((_, i) => i + 1);
    const dx = tf
      .engine()
      .runKernel<tf.Tensor>(
        RELU_GRAD_BOUNDED,
        { x: tf.tensor1d(x), dy: tf.tensor1d(dy) },
        { high },
      );
    expect([...dx.dataSync()]).toEqual([...dy].map((d, i) => (x[i]! > 0 && x[i]! <= high ? d : 0)));
  });

  it("refuses another shape of dy", () => {
    const run = (): unknown =>
      tf
        .engine()
        .runKernel(RELU_GRAD_BOUNDED, { x: tensor(1, [4]), dy: tensor(1, [5]) }, { high: 1 });
    expect(run).toThrow(WasmKernelsError);
  });
});

describe(FAKE_QUANTIZE, () => {
  const run = (x: tf.Tensor, attrs: { scale: number; low: number; high: number }): Float32Array =>
    tf.engine().runKernel<tf.Tensor>(FAKE_QUANTIZE, { x }, attrs).dataSync<"float32">();

  it("equals the same formula composed on the cpu backend", async () => {
    const bits = fc.integer({ min: 1, max: 10 });
    await fc.assert(
      fc.asyncProperty(
        seed,
        fc.integer({ min: 1, max: 70 }),
        bits,
        fc.boolean(),
        async (s, n, b, signed) => {
          const attrs = { scale: 2 ** (b - 1), low: signed ? -(2 ** b) : 0, high: 2 ** b - 1 };
          const data = values(s, n).map((value) => value * 4);
          await tf.setBackend("cpu");
          const composed = tf.tidy(() =>
            tf
              .div(
                tf.clipByValue(
                  tf.round(tf.mul(tf.tensor1d(data), attrs.scale)),
                  attrs.low,
                  attrs.high,
                ),
                attrs.scale,
              )
              .dataSync<"float32">(),
          );
          await useKernels();
          expect(run(tf.tensor1d(data), attrs).map((v) => v + 0)).toEqual(
            composed.map((v) => v + 0),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("rounds halves to even and clamps", () => {
    const x = tf.tensor1d([0.5, 1.5, 2.5, -0.5, -1.5, 9, -9]);
    expect([...run(x, { scale: 1, low: -4, high: 3 })].map((v) => v + 0)).toEqual([
      0, 2, 2, 0, -2, 3, -4,
    ]);
  });

  it.each([
    { scale: 0, low: 0, high: 1 },
    { scale: 1, low: 2, high: 1 },
    { scale: 1, low: NaN, high: 1 },
  ])("refuses %j", (attrs) => {
    expect(() => run(tensor(1, [3]), attrs)).toThrow(WasmKernelsError);
  });
});
