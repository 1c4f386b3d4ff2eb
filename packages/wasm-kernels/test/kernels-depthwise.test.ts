import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  batch,
  expectClose,
  expectSameBits,
  onBoth,
  seed,
  tensor,
  useKernels,
} from "./backends.js";

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const explicit = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }).map(
  ([top, bottom, left, right]) =>
    [
      [0, 0],
      [top!, bottom!],
      [left!, right!],
      [0, 0],
    ] as [[number, number], [number, number], [number, number], [number, number]],
);
const conv = fc
  .record({
    seed,
    batch,
    filter: fc.tuple(upTo(4), upTo(4), fc.constantFrom(1, 2, 3, 5, 10), upTo(5)),
    extra: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 9 })),
    strides: fc.tuple(upTo(3), upTo(3)),
    dilations: fc.tuple(upTo(3), upTo(3)),
    pad: fc.oneof(fc.constantFrom("same" as const, "valid" as const), explicit),
    isDilated: fc.boolean(),
  })
  // tfjs takes strides or dilations, not both.
  .map(({ isDilated, strides, dilations, ...c }) => ({
    ...c,
    strides: isDilated ? ([1, 1] as [number, number]) : strides,
    dilations: isDilated ? dilations : ([1, 1] as [number, number]),
  }));
type Conv = typeof conv extends fc.Arbitrary<infer T> ? T : never;

function tensorsOf(c: Conv): { x: tf.Tensor4D; filter: tf.Tensor4D } {
  const [height, width] = [0, 1].map((i) => (c.filter[i]! - 1) * c.dilations[i]! + 1 + c.extra[i]!);
  return {
    x: tensor(c.seed, [c.batch, height!, width!, c.filter[2]]) as tf.Tensor4D,
    filter: tensor(c.seed + 1, c.filter) as tf.Tensor4D,
  };
}

const plain = (x: tf.Tensor4D, filter: tf.Tensor4D, c: Conv): tf.Tensor4D =>
  tf.conv2d(x, filter, c.strides, c.pad, "NHWC", c.dilations);
const depthwise = (x: tf.Tensor4D, filter: tf.Tensor4D, c: Conv): tf.Tensor4D =>
  tf.depthwiseConv2d(x, filter, c.strides, c.pad, "NHWC", c.dilations);

describe.each([
  ["Conv2D", plain, tf.Conv2DBackpropFilter, tf.Conv2DBackpropInput],
  [
    "DepthwiseConv2dNative",
    depthwise,
    tf.DepthwiseConv2dNativeBackpropFilter,
    tf.DepthwiseConv2dNativeBackpropInput,
  ],
] as const)("%s", (_, convolve, filterKernel, inputKernel) => {
  it("equals the cpu backend for any stride, dilation and padding", async () => {
    await fc.assert(
      fc.asyncProperty(conv, async (c) => {
        const { cpu, wasm } = await onBoth(() => {
          const { x, filter } = tensorsOf(c);
          return [convolve(x, filter, c)];
        });
        expectClose(wasm[0]!, cpu[0]!);
      }),
      { numRuns: 80 },
    );
  });

  it("has the gradients of the cpu backend for any stride and padding", async () => {
    await fc.assert(
      fc.asyncProperty(conv, async (dilated) => {
        // tfjs has no gradients of dilated convolutions.
        const c = { ...dilated, dilations: [1, 1] as [number, number] };
        const { cpu, wasm } = await onBoth(() => {
          const { x, filter } = tensorsOf(c);
          const apply = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
            convolve(a as tf.Tensor4D, b as tf.Tensor4D, c);
          return tf.grads(apply)([x, filter], tensor(c.seed + 2, apply(x, filter).shape));
        });
        expectClose(wasm[0]!, cpu[0]!);
        expectClose(wasm[1]!, cpu[1]!);
      }),
      { numRuns: 80 },
    );
  });

  it("has adjoint gradients also where it is dilated: <dy, conv(x, w)> = <dx, x> = <dw, w>", async () => {
    await useKernels();
    fc.assert(
      fc.property(conv, (c) => {
        const products = tf.tidy(() => {
          const { x, filter } = tensorsOf(c);
          const y = convolve(x, filter, c);
          const dy = tensor(c.seed + 2, y.shape);
          const attrs = { strides: c.strides, pad: c.pad, dilations: c.dilations };
          const run = (name: string, inputs: tf.NamedTensorMap, shapes: object): tf.Tensor =>
            tf.engine().runKernel(name, inputs, { ...attrs, ...shapes });
          const dx = run(inputKernel, { dy, filter }, { inputShape: x.shape });
          const dFilter = run(filterKernel, { x, dy }, { filterShape: filter.shape });
          return [
            [y, dy],
            [dx, x],
            [dFilter, filter],
          ].map(([a, b]) => inner(a!, b!));
        });
        const [expected, ...others] = products;
        for (const { value } of others) {
          expect(Math.abs(value - expected!.value)).toBeLessThanOrEqual(1e-5 * expected!.norm);
        }
      }),
      { numRuns: 80 },
    );
  });
});

/** Sum of the products, in double precision, and the size that rounding is measured by. */
function inner(a: tf.Tensor, b: tf.Tensor): { value: number; norm: number } {
  const [left, right] = [a.dataSync(), b.dataSync()];
  const length = (values: ArrayLike<number>): number =>
    Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0));
  return {
    value: Array.from(left).reduce((sum, v, i) => sum + v * right[i]!, 0),
    norm: 1 + length(left) * length(right),
  };
}

describe("fused convolutions", () => {
  const activations = ["linear", "relu", "relu6", "elu", "prelu", "leakyrelu", "sigmoid"] as const;
  it.each(activations)("equal the cpu backend with bias and %s", async (activation) => {
    await fc.assert(
      fc.asyncProperty(conv, fc.boolean(), fc.boolean(), async (c, isDepthwise, withBias) => {
        const { cpu, wasm } = await onBoth(() => {
          // Large enough to reach beyond 6.
          const { x, filter: small } = tensorsOf(c);
          const filter = tf.mul<tf.Tensor4D>(small, 4);
          const filters = isDepthwise ? c.filter[2] * c.filter[3] : c.filter[3];
          const shared = {
            ...{ x, filter, strides: c.strides, pad: c.pad, dilations: c.dilations, activation },
            ...(withBias ? { bias: tensor(c.seed + 2, [filters]) } : {}),
            ...(activation === "prelu"
              ? { preluActivationWeights: tensor(c.seed + 3, [filters]) }
              : {}),
            ...(activation === "leakyrelu" ? { leakyreluAlpha: 0.1 } : {}),
          };
          return [isDepthwise ? tf.fused.depthwiseConv2d(shared) : tf.fused.conv2d(shared)];
        });
        expectClose(wasm[0]!, cpu[0]!);
      }),
      { numRuns: 25 },
    );
  });

  it("refuse an activation that tfjs does not fuse, naming those that it does", async () => {
    await useKernels();
    expect(() =>
      tf.engine().runKernel(
        tf.FusedConv2D,
        { x: tensor(1, [1, 3, 3, 1]), filter: tensor(2, [2, 2, 1, 1]) },
        {
          strides: [1, 1],
          pad: "same",
          dataFormat: "NHWC",
          dilations: [1, 1],
          activation: "gelu",
        },
      ),
    ).toThrow(/"gelu".*relu6.*sigmoid/);
  });
});

it("a depthwise convolution with one input channel has the bits of the convolution", async () => {
  await useKernels();
  const x = tensor(1, [11, 9, 16, 1]) as tf.Tensor4D;
  const filter = tensor(2, [3, 5, 1, 6]) as tf.Tensor4D;
  expectSameBits(
    tf.depthwiseConv2d(x, filter, [1, 2], "same").dataSync<"float32">(),
    tf.conv2d(x, filter, [1, 2], "same").dataSync<"float32">(),
  );
});
