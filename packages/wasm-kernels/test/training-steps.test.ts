import { createAdam } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

import { expectClose, expectSameBits, onBoth, tensor, useKernels } from "./backends.js";

type Weights = readonly tf.Tensor[];
interface Operation {
  readonly x: number[];
  readonly weights: readonly number[][];
  readonly apply: (x: tf.Tensor, weights: Weights) => tf.Tensor;
}

const image = [11, 6, 9, 4];

/** A convolution with a bias; `options` are those of tf.fused.conv2d. */
function convolution(options: object = {}, filter = [3, 3, 4, 5]): Operation {
  return {
    ...{ x: image, weights: [filter, [filter[3]!]] },
    apply: (x, [kernel, bias]) =>
      tf.fused.conv2d({
        ...{ x: x as tf.Tensor4D, filter: kernel as tf.Tensor4D, bias: bias! },
        ...{ strides: 1, pad: "same", ...options },
      }),
  };
}

/** The same for tf.fused.depthwiseConv2d. */
function depthwise(options: object = {}, multiplier = 1): Operation {
  return {
    ...{ x: image, weights: [[3, 3, 4, multiplier], [4 * multiplier]] },
    apply: (x, [kernel, bias]) =>
      tf.fused.depthwiseConv2d({
        ...{ x: x as tf.Tensor4D, filter: kernel as tf.Tensor4D, bias: bias! },
        ...{ strides: 1, pad: "same", ...options },
      }),
  };
}

/**
 * A convolution with dilation 2. tfjs has no gradient of it: the one here is that of the convolution whose larger filter
 * has zeros in between, at the places where the filter has its weights.
 */
function dilated(
  convolve: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor,
  gradientKernel: string,
): Operation["apply"] {
  return (x, [kernel]) =>
    tf.customGrad((...args) => {
      const [filter, save] = args as unknown as [tf.Tensor4D, tf.GradSaveFunc];
      save([filter]);
      const [height, width, inputs, outputs] = filter.shape;
      const filterShape = [2 * height - 1, 2 * width - 1, inputs, outputs];
      const attrs = {
        strides: [1, 1],
        dilations: [1, 1],
        pad: "same",
        dataFormat: "NHWC",
        filterShape,
      };
      return {
        value: convolve(x as tf.Tensor4D, filter),
        gradFunc: (dy: tf.Tensor) => {
          const whole = tf.engine().runKernel<tf.Tensor>(gradientKernel, { x, dy }, attrs);
          return tf.stridedSlice(whole, [0, 0, 0, 0], filterShape, [2, 2, 1, 1]);
        },
      };
    })(kernel!);
}

/** A filter and what follows it without weights. */
const after = (next: (y: tf.Tensor4D) => tf.Tensor): Operation => ({
  ...{ x: image, weights: [[3, 3, 4, 5]] },
  apply: (x, [kernel]) => next(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, "same")),
});

const dense = (options: object = {}): Operation => ({
  ...{ x: [23, 60], weights: [[60, 7], [7]] },
  apply: (x, [kernel, bias]) =>
    tf.fused.matMul({ a: x, b: kernel!, bias: bias!, activation: "linear", ...options }),
});

const activations = {
  ...{ linear: {}, relu: {}, relu6: {}, elu: {}, sigmoid: {} },
  leakyrelu: { leakyreluAlpha: 0.1 },
};
const withActivations = (name: string, make: (options: object) => Operation) =>
  Object.entries(activations).map(
    ([activation, more]) => [`${name}, ${activation}`, make({ activation, ...more })] as const,
  );

/** Slopes of prelu as weights, in the fused kernel and behind it. */
function trainedSlopes({ x, weights, apply }: Operation, shape: number[]): Operation {
  return {
    ...{ x, weights: [...weights, shape] },
    apply: (images, all) => tf.prelu(apply(images, all), all.at(-1)!),
  };
}

const operations: (readonly [string, Operation])[] = [
  ...withActivations("conv2d", convolution),
  ...withActivations("conv2d, strides [1, 2]", (options) =>
    convolution({ ...options, strides: [1, 2] }),
  ),
  ["conv2d 3x5, strides [1, 2]", convolution({ strides: [1, 2] }, [3, 5, 4, 2])],
  ["conv2d, strides 3, valid", convolution({ strides: 3, pad: "valid" })],
  ["conv2d 1x1, strides [2, 3]", convolution({ strides: [2, 3] }, [1, 1, 4, 5])],
  [
    "conv2d, dilation 2",
    {
      ...{ x: image, weights: [[2, 3, 4, 5]] },
      apply: dilated(
        (x, filter) => tf.conv2d(x, filter, 1, "same", "NHWC", 2),
        tf.Conv2DBackpropFilter,
      ),
    },
  ],
  ...withActivations("depthwise", depthwise),
  ...withActivations("depthwise, multiplier 3", (options) => depthwise(options, 3)),
  ["depthwise, strides 2, multiplier 2", depthwise({ strides: 2 }, 2)],
  [
    "depthwise, dilation 2",
    {
      ...{ x: image, weights: [[3, 2, 4, 2]] },
      apply: dilated(
        (x, filter) => tf.depthwiseConv2d(x, filter, 1, "same", "NHWC", 2),
        tf.DepthwiseConv2dNativeBackpropFilter,
      ),
    },
  ],
  [
    "separable conv2d",
    {
      ...{
        x: image,
        weights: [
          [3, 3, 4, 2],
          [1, 1, 8, 3],
        ],
      },
      apply: (x, [deep, point]) =>
        tf.separableConv2d(
          x as tf.Tensor4D,
          deep as tf.Tensor4D,
          point as tf.Tensor4D,
          [2, 2],
          "same",
        ),
    },
  ],
  [
    "transposed conv2d, strides 2",
    {
      ...{ x: image, weights: [[3, 3, 5, 4]] },
      apply: (x, [kernel]) =>
        tf.conv2dTranspose(x as tf.Tensor4D, kernel as tf.Tensor4D, [11, 12, 18, 5], 2, "same"),
    },
  ],
  ["conv2d, prelu", trainedSlopes(convolution(), [5])],
  ["conv2d, prelu per row", trainedSlopes(convolution(), [6, 1, 1])],
  ["depthwise, prelu per pixel", trainedSlopes(depthwise(), [6, 9, 4])],
  ["dense, prelu", trainedSlopes(dense(), [7])],
  ["conv2d, maximum pool", after((y) => tf.maxPool(y, [2, 3], [2, 3], "valid"))],
  ["conv2d, overlapping maximum pool", after((y) => tf.maxPool(y, 3, [1, 2], "same"))],
  ["conv2d, average pool", after((y) => tf.avgPool(y, [2, 3], [2, 3], "valid"))],
  ["conv2d, overlapping average pool", after((y) => tf.avgPool(y, 3, [1, 2], "valid"))],
  ["conv2d, elu, average pool", after((y) => tf.avgPool(tf.elu(y), 2, 2, "valid"))],
  ...withActivations("dense", dense),
  [
    "dense, transposed kernel, relu6",
    {
      ...{ x: [23, 60], weights: [[7, 60], [7]] },
      apply: (x, [b, bias]) =>
        tf.fused.matMul({ a: x, b: b!, bias: bias!, transposeB: true, activation: "relu6" }),
    },
  ],
  [
    "a product for each of a batch",
    {
      ...{ x: [3, 5, 6], weights: [[3, 6, 7]] },
      apply: (x, [kernel]) => tf.matMul(x, kernel!),
    },
  ],
];

const steps = 6;

/**
 * Results after each of a few steps of createAdam towards random targets, then the weights. Inside variableGrads an
 * activation is an operation of its own; outside, where the results are taken, it is part of the fused kernel.
 */
function train({ x: shape, weights, apply }: Operation): tf.Tensor[] {
  const x = tf.mul(tensor(1, shape), 2);
  const variables = weights.map((w, i) => tf.variable(tf.mul(tensor(10 + i, w), 0.7)));
  const target = tensor(2, apply(x, variables).shape);
  const adam = createAdam(tf, { learningRate: 0.05 });
  const results: tf.Tensor[] = [];
  for (let step = 0; step < steps; step++) {
    const { value, grads } = tf.variableGrads(
      () => tf.mean<tf.Scalar>(tf.squaredDifference(apply(x, variables), target)),
      variables,
    );
    adam.applyGradients(
      variables,
      variables.map(({ name }) => grads[name]!),
    );
    results.push(value, apply(x, variables));
  }
  const copies = variables.map((variable) => tf.tensor(variable.dataSync(), variable.shape));
  adam.dispose();
  tf.dispose(variables);
  return [...results, ...copies];
}

describe("steps of createAdam are those of the cpu backend", () => {
  it.each(operations)("%s", async (_, operation) => {
    const { cpu, wasm } = await onBoth(() => train(operation));
    expect(cpu).toHaveLength(2 * steps + operation.weights.length);
    cpu.forEach((expected, i) => {
      expectClose(wasm[i]!, expected, 1e-4);
    });
    // The last result is far from the first, so that stale weights would be seen.
    const moved = Math.max(...cpu[1]!.map((y, i) => Math.abs(y - cpu[2 * steps - 1]![i]!)));
    expect(moved).toBeGreaterThan(0.05);
  });
});

describe("a forward pass takes the weights as they are", () => {
  it.each([
    ...operations,
    // tfjs has no gradient where both factors are broadcast.
    [
      "products broadcast over two batch axes",
      {
        ...{ x: [2, 1, 5, 6], weights: [[1, 3, 6, 7]] },
        apply: (x: tf.Tensor, [kernel]: Weights) => tf.matMul(x, kernel!),
      },
    ] as const,
    // Kernels that stay those of the backend.
    [
      "conv3d",
      {
        ...{ x: [3, 4, 5, 6, 2], weights: [[2, 2, 2, 2, 3]] },
        apply: (x: tf.Tensor, [kernel]: Weights) =>
          tf.conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, 1, "same"),
      },
    ] as const,
    [
      "batch normalization",
      {
        ...{ x: image, weights: [[4], [4]] },
        apply: (x: tf.Tensor, [offset, scale]: Weights) =>
          tf.batchNorm4d(
            x as tf.Tensor4D,
            tf.zeros([4]),
            tf.ones([4]),
            offset as tf.Tensor1D,
            scale as tf.Tensor1D,
          ),
      },
    ] as const,
  ])("%s", async (_, { x: shape, weights, apply }) => {
    await useKernels();
    tf.tidy(() => {
      const x = tensor(1, shape);
      const variables = weights.map((w, i) => tf.variable(tf.mul(tensor(10 + i, w), 0.7)));
      const adam = createAdam(tf, { learningRate: 0.1 });
      for (let step = 0; step < 3; step++) {
        const copies = variables.map((variable) => tf.tensor(variable.dataSync(), variable.shape));
        expectSameBits(
          apply(x, variables).dataSync<"float32">(),
          apply(x, copies).dataSync<"float32">(),
        );
        adam.applyGradients(
          variables,
          weights.map((w, i) => tensor(20 + 10 * step + i, w)),
        );
      }
      adam.dispose();
      tf.dispose(variables);
    });
  });
});
