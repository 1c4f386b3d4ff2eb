import { needs } from "@cnntargz/testkit";
import { createAdam, FAKE_QUANTIZE, RELU_GRAD_BOUNDED } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";

import {
  buildAddon,
  expectSameBits,
  instructionSets,
  relativeDifference,
  tensor,
  useVariant,
  valuesOf,
  type Variant,
} from "./variants.js";

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const batch = fc.integer({ min: 1, max: 21 });
const channels = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 17);
const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

const conv = fc.record({
  ...{ seed, batch, inChannels: channels, outChannels: channels },
  filterHeight: upTo(4),
  filterWidth: upTo(5),
  extraHeight: fc.integer({ min: 0, max: 5 }),
  // Wide images are cut into strips of columns.
  extraWidth: fc.oneof(fc.integer({ min: 0, max: 17 }), fc.constantFrom(99, 150)),
  pad: fc.constantFrom("same" as const, "valid" as const),
  strides: fc.constantFrom([1, 1], [1, 1], [1, 2], [2, 1], [3, 2]),
  // tfjs takes strides or dilations, not both.
  dilations: fc.constantFrom([1, 1], [1, 2], [2, 1], [2, 3]),
});
type Conv = typeof conv extends fc.Arbitrary<infer T> ? T : never;

/** Forward with bias and relu, dilated, and both gradients; plain and depthwise. */
function convolve(c: Conv): tf.Tensor[] {
  const [down, across] = c.dilations as [number, number];
  const height = (c.filterHeight - 1) * down + 1 + c.extraHeight;
  const width = (c.filterWidth - 1) * across + 1 + c.extraWidth;
  const x = tensor(c.seed, [c.batch, height, width, c.inChannels]) as tf.Tensor4D;
  return [false, true].flatMap((isDepthwise) => {
    const filters = isDepthwise ? 1 + (c.outChannels % 3) : c.outChannels;
    const shape = [c.filterHeight, c.filterWidth, c.inChannels, filters];
    const filter = tensor(c.seed + 1, shape) as tf.Tensor4D;
    const bias = tensor(c.seed + 2, [isDepthwise ? filters * c.inChannels : filters]);
    const [plain, fused] = isDepthwise
      ? [tf.depthwiseConv2d, tf.fused.depthwiseConv2d]
      : [tf.conv2d, tf.fused.conv2d];
    const apply = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      plain(a as tf.Tensor4D, b as tf.Tensor4D, c.strides as [number, number], c.pad);
    const y = apply(x, filter);
    return [
      y,
      fused({
        ...{ x, filter, bias, strides: 1, pad: c.pad, activation: "relu" },
        dilations: [down, across],
      }),
      ...tf.grads(apply)([x, filter], tensor(c.seed + 3, y.shape)),
    ];
  });
}

const product = fc.record({
  ...{ seed, transposeA: fc.boolean(), transposeB: fc.boolean() },
  rows: upTo(300),
  inner: upTo(140),
  cols: fc.oneof(upTo(24), upTo(70)),
});
type Product = typeof product extends fc.Arbitrary<infer T> ? T : never;

function multiply({ rows, inner, cols, transposeA, transposeB, ...c }: Product): tf.Tensor[] {
  const a = tensor(c.seed, transposeA ? [inner, rows] : [rows, inner]) as tf.Tensor2D;
  const b = tensor(c.seed + 1, transposeB ? [cols, inner] : [inner, cols]) as tf.Tensor2D;
  const bias = tensor(c.seed + 2, [cols]);
  return [
    tf.matMul(a, b, transposeA, transposeB),
    tf.fused.matMul({ a, b, transposeA, transposeB, bias, activation: "relu" }),
  ];
}

const pool = fc.record({
  ...{ seed, batch, channels },
  window: fc.tuple(upTo(3), upTo(3)),
  size: fc.tuple(upTo(4), upTo(6)),
  rest: fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })),
});
type Pool = typeof pool extends fc.Arbitrary<infer T> ? T : never;

/** Maximum pool and its gradient over values that are often equal. */
function poolTies(c: Pool): tf.Tensor[] {
  const [height, width] = c.window.map((w, i) => w * c.size[i]! + (w > 1 ? c.rest[i]! : 0));
  const x = tensor(c.seed, [c.batch, height!, width!, c.channels], 3) as tf.Tensor4D;
  const apply = (t: tf.Tensor): tf.Tensor =>
    tf.maxPool(t as tf.Tensor4D, c.window, c.window, "valid");
  const y = apply(x);
  return [y, tf.grad(apply)(x, tensor(c.seed + 1, y.shape))];
}

const matrix = fc.record({ seed, rows: upTo(300), cols: fc.oneof(fc.constant(1), upTo(40)) });
type Matrix = typeof matrix extends fc.Arbitrary<infer T> ? T : never;

const sumColumns = (c: Matrix): tf.Tensor[] => [tf.sum(tensor(c.seed, [c.rows, c.cols]), 0)];

function quantize(c: Matrix): tf.Tensor[] {
  const x = tf.mul(tensor(c.seed, [c.rows, c.cols]), 3);
  const scale = 2 ** (c.seed % 5);
  return [
    tf.engine().runKernel(FAKE_QUANTIZE, { x }, { scale, low: -scale, high: 2 * scale - 1 }),
    tf.engine().runKernel(RELU_GRAD_BOUNDED, { x, dy: tensor(c.seed + 1, x.shape) }, { high: 2 }),
  ];
}

function adamSteps(c: Matrix): tf.Tensor[] {
  const variable = tf.variable(tensor(c.seed, [c.rows, c.cols]));
  const adam = createAdam(tf, { learningRate: 0.01 });
  for (let step = 0; step < 3; step++) {
    adam.applyGradients([variable], [tensor(c.seed + step, [c.rows, c.cols])]);
  }
  const result = tf.clone(variable);
  adam.dispose();
  variable.dispose();
  return [result];
}

needs("g++")("the addon's kernels", () => {
  let addon: ReturnType<typeof buildAddon>;
  beforeAll(() => {
    addon = buildAddon();
  });
  afterAll(() => {
    addon.remove();
  });

  /** The results of all cases with one variant. */
  async function runAll<T>(
    variant: Variant,
    cases: T[],
    compute: (value: T) => tf.Tensor[],
  ): Promise<Float32Array[]> {
    await useVariant(variant, addon.path);
    return cases.flatMap((value) => valuesOf(() => compute(value)));
  }

  interface Property<T> {
    readonly cases: T[];
    readonly compute: (value: T) => tf.Tensor[];
    /** Largest difference from the cpu backend and from simd, relative to the largest value; 0: the same bits as simd. */
    readonly tolerance: number;
    readonly reference: Variant;
  }
  const property = <T>(
    arbitrary: fc.Arbitrary<T>,
    compute: (value: T) => tf.Tensor[],
    tolerance: number,
    reference: Variant = "cpu",
  ): Property<unknown> => {
    const cases = fc.sample(arbitrary, { numRuns: 40, seed: 20 });
    return { cases, compute: compute as (value: unknown) => tf.Tensor[], tolerance, reference };
  };

  it.each([
    ["convolutions and their gradients", property(conv, convolve, 1e-5)],
    ["matrix products", property(product, multiply, 1e-5)],
    ["maximum pools and their gradients", property(pool, poolTies, 0)],
    ["column sums", property(matrix, sumColumns, 1e-5)],
    ["quantisation and the gradient of relu", property(matrix, quantize, 0, "simd")],
    ["Adam steps", property(matrix, adamSteps, 0)],
  ])(
    "%s: as the reference and as simd, one set of bytes for all instruction sets",
    async (_, p) => {
      const reference = await runAll(p.reference, p.cases, p.compute);
      const simd = await runAll("simd", p.cases, p.compute);
      let first: Float32Array[] | undefined;
      for (const set of instructionSets(addon.path)) {
        const native = await runAll(set, p.cases, p.compute);
        native.forEach((values, i) => {
          expect(relativeDifference(values, reference[i]!)).toBeLessThanOrEqual(p.tolerance);
          expect(relativeDifference(values, simd[i]!)).toBeLessThanOrEqual(p.tolerance);
        });
        first ??= native;
        expectSameBits(native, first);
        expectSameBits(await runAll(set, p.cases, p.compute), native);
      }
    },
  );

  it("runs with AVX2 and with AVX-512 on this machine", ({ skip }) => {
    const sets = instructionSets(addon.path);
    skip(sets.length < 2, "this processor has no AVX-512: bytes were compared with AVX2 alone");
    expect(sets).toEqual(["avx2", "avx512"]);
  });

  it("gives an image the same bits whatever else is in its batch", async () => {
    for (const set of instructionSets(addon.path)) {
      await useVariant(set, addon.path);
      const images = tensor(3, [21, 9, 16, 6]) as tf.Tensor4D;
      const filter = tensor(4, [3, 3, 6, 10]) as tf.Tensor4D;
      const whole = tf.conv2d(images, filter, 1, "same").dataSync<"float32">();
      for (const i of [0, 7, 16, 20]) {
        const one = tf.conv2d(tf.slice(images, [i], [1]), filter, 1, "same").dataSync<"float32">();
        expectSameBits([one], [whole.slice(i * one.length, (i + 1) * one.length)]);
      }
    }
  });

  it("passes NaN on, so that a training that diverges is seen", async () => {
    for (const set of instructionSets(addon.path)) {
      await useVariant(set, addon.path);
      const x = tf.tensor4d([1, NaN, 2, 3, NaN, 4, 5, 6], [1, 2, 4, 1]);
      const y = tf.maxPool(x, [1, 2], [1, 2], "valid");
      expect([...y.dataSync()]).toEqual([NaN, 3, NaN, 6]);
      const z = tf.fused.conv2d({
        ...{ x, filter: tf.ones([1, 1, 1, 1]), strides: 1, pad: "valid", activation: "relu" },
      });
      expect([...z.dataSync()]).toEqual([1, NaN, 2, 3, NaN, 4, 5, 6]);
    }
  });
});
