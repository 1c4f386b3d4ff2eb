import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

import {
  batch,
  channels,
  expectClose,
  expectSameBits,
  onBoth,
  seed,
  tensor,
  useKernels,
} from "./backends.js";

const sizes = fc.integer({ min: 1, max: 5 });
const conv = fc
  .record({
    seed,
    batch,
    extraHeight: fc.integer({ min: 0, max: 4 }),
    extraWidth: fc.integer({ min: 0, max: 4 }),
    filterHeight: sizes,
    filterWidth: sizes,
    inChannels: channels,
    outChannels: channels,
    pad: fc.constantFrom("same" as const, "valid" as const),
  })
  .map((c) => ({
    ...c,
    x: [c.batch, c.filterHeight + c.extraHeight, c.filterWidth + c.extraWidth, c.inChannels] as [
      number,
      number,
      number,
      number,
    ],
    filter: [c.filterHeight, c.filterWidth, c.inChannels, c.outChannels] as [
      number,
      number,
      number,
      number,
    ],
  }));

/** Both gradients of a convolution, for random x, filter and upstream gradient. */
function gradients(
  s: number,
  xShape: number[],
  filterShape: number[],
  strides: number | [number, number],
  pad: Parameters<typeof tf.conv2d>[3],
): tf.Tensor[] {
  const [x, filter] = [tensor(s, xShape), tensor(s + 1, filterShape)];
  const apply = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad);
  return tf.grads(apply)([x, filter], tensor(s + 2, apply(x, filter).shape));
}

describe("Conv2D", () => {
  it("equals the cpu backend for any channels, filter and padding", async () => {
    await fc.assert(
      fc.asyncProperty(conv, async (c) => {
        const { cpu, wasm } = await onBoth(() => [
          tf.conv2d(
            tensor(c.seed, c.x) as tf.Tensor4D,
            tensor(c.seed + 1, c.filter) as tf.Tensor4D,
            1,
            c.pad,
          ),
        ]);
        expectClose(wasm[0]!, cpu[0]!);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["stride 2", 2, "same", 1],
    ["stride [2, 1]", [2, 1], "valid", 1],
    ["dilation 2", 1, "same", 2],
    [
      "explicit padding wider than the filter",
      1,
      [
        [0, 0],
        [5, 0],
        [1, 6],
        [0, 0],
      ],
      1,
    ],
  ] as const)("equals the cpu backend with %s", async (_, strides, pad, dilations) => {
    const { cpu, wasm } = await onBoth(() => [
      tf.conv2d(
        tensor(1, [3, 9, 8, 5]) as tf.Tensor4D,
        tensor(2, [3, 2, 5, 7]) as tf.Tensor4D,
        strides as number,
        pad as "same",
        "NHWC",
        dilations,
      ),
    ]);
    expectClose(wasm[0]!, cpu[0]!);
  });

  it("equals the cpu backend where a filter is shorter than the stride", async () => {
    const size = fc.integer({ min: 1, max: 3 });
    await fc.assert(
      fc.asyncProperty(seed, size, size, size, size, async (s, height, width, strideH, strideW) => {
        const { cpu, wasm } = await onBoth(() => [
          tf.conv2d(
            tensor(s, [3, 4, 19, 4]) as tf.Tensor4D,
            tensor(s + 1, [height, width, 4, 3]) as tf.Tensor4D,
            [strideH, strideW],
            "same",
          ),
        ]);
        expectClose(wasm[0]!, cpu[0]!);
      }),
      { numRuns: 40 },
    );
  });

  it("gives an image the same bits whatever else is in its batch", async () => {
    await useKernels();
    const images = tensor(3, [13, 9, 16, 6]) as tf.Tensor4D;
    const filter = tensor(4, [3, 3, 6, 10]) as tf.Tensor4D;
    const whole = tf.conv2d(images, filter, 1, "same").dataSync<"float32">();
    for (const i of [0, 5, 12]) {
      const one = tf.conv2d(tf.slice(images, [i], [1]), filter, 1, "same").dataSync<"float32">();
      expectSameBits(one, whole.slice(i * one.length, (i + 1) * one.length));
    }
  });
});

describe("FusedConv2D", () => {
  it("equals the cpu backend with bias and activation", async () => {
    await fc.assert(
      fc.asyncProperty(
        conv,
        fc.constantFrom("linear" as const, "relu" as const, "elu" as const),
        fc.boolean(),
        async (c, activation, withBias) => {
          const { cpu, wasm } = await onBoth(() => [
            tf.fused.conv2d({
              x: tensor(c.seed, c.x) as tf.Tensor4D,
              filter: tensor(c.seed + 1, c.filter) as tf.Tensor4D,
              strides: 1,
              pad: c.pad,
              activation,
              ...(withBias ? { bias: tensor(c.seed + 2, [c.outChannels]) } : {}),
            }),
          ]);
          expectClose(wasm[0]!, cpu[0]!);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("Conv2DBackpropFilter and Conv2DBackpropInput", () => {
  it("equal the cpu backend for any channels, filter and padding", async () => {
    await fc.assert(
      fc.asyncProperty(conv, async (c) => {
        const { cpu, wasm } = await onBoth(() => gradients(c.seed, c.x, c.filter, 1, c.pad));
        expectClose(wasm[0]!, cpu[0]!);
        expectClose(wasm[1]!, cpu[1]!);
      }),
      { numRuns: 60 },
    );
  });

  it("equal the cpu backend for any stride", async () => {
    const stride = fc.integer({ min: 1, max: 3 });
    await fc.assert(
      fc.asyncProperty(conv, stride, stride, async (c, strideH, strideW) => {
        const { cpu, wasm } = await onBoth(() =>
          gradients(c.seed, c.x, c.filter, [strideH, strideW], c.pad),
        );
        expectClose(wasm[0]!, cpu[0]!);
        expectClose(wasm[1]!, cpu[1]!);
      }),
      { numRuns: 60 },
    );
  });

  it("equal the cpu backend with explicit padding, also wider than the filter", async () => {
    const padding = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 4 })));
    await fc.assert(
      fc.asyncProperty(conv, padding, async (c, [top, bottom, left, right]) => {
        const pad = [
          [0, 0],
          [top!, bottom!],
          [left!, right!],
          [0, 0],
        ] as [[number, number], [number, number], [number, number], [number, number]];
        const { cpu, wasm } = await onBoth(() => gradients(c.seed, c.x, c.filter, 1, pad));
        expectClose(wasm[0]!, cpu[0]!);
        expectClose(wasm[1]!, cpu[1]!);
      }),
      { numRuns: 40 },
    );
  });

  it("refuse NCHW, for which tfjs has no wasm kernel, with a message that names the layout", async () => {
    await useKernels();
    const backprop = (): tf.Tensor =>
      tf
        .engine()
        .runKernel(
          tf.Conv2DBackpropFilter,
          { x: tensor(1, [1, 2, 4, 4]), dy: tensor(2, [1, 3, 4, 4]) },
          { strides: [1, 1], pad: "same", dataFormat: "NCHW", filterShape: [3, 3, 2, 3] },
        );
    expect(backprop).toThrow(/Conv2DBackpropFilter.*NHWC/s);
  });
});

beforeAll(useKernels);
