import "@tensorflow/tfjs-backend-wasm";

import { createAdam } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";

import { expectSameBits, tensor, useKernels } from "./backends.js";

// Taken before the training kernels hide them: those that keep packed weights by the id of a tensor.
const stock = Object.fromEntries(
  [tf.Conv2D, tf.DepthwiseConv2dNative, tf.BatchMatMul, tf.Prelu].map((name) => [
    name,
    tf.getKernel(name, "wasm").kernelFunc,
  ]),
);

const conv = { strides: [1, 2], pad: "same", dataFormat: "NHWC", dilations: [1, 1] };
const cases: [string, string, string, number[], number[], tf.NamedAttrMap][] = [
  [tf.Conv2D, "x", "filter", [2, 5, 6, 3], [3, 3, 3, 4], conv],
  [tf.DepthwiseConv2dNative, "x", "filter", [2, 5, 6, 3], [3, 3, 3, 2], { ...conv, strides: 1 }],
  [tf.BatchMatMul, "a", "b", [1, 5, 6], [1, 6, 3], { transposeA: false, transposeB: false }],
  [tf.Prelu, "x", "alpha", [2, 5, 6, 3], [3], {}],
];

it.each(cases)(
  "after a step of createAdam the stock kernel %s takes the new weights",
  async (name, input, weights, xShape, shape, attrs) => {
    await useKernels();
    const x = tensor(1, xShape);
    const initial = tensor(2, shape);
    const variable = tf.variable(initial);
    initial.dispose();
    const run = (w: tf.Tensor): Float32Array => {
      const backend = tf.backend() as unknown as { readSync(dataId: object): Float32Array };
      const inputs = { [input]: x, [weights]: w };
      const out = stock[name]!({ inputs, attrs, backend }) as tf.TensorInfo;
      return backend.readSync(out.dataId);
    };
    const adam = createAdam(tf, { learningRate: 0.1 });
    const results = [0, 1, 2].map((step) => {
      const result = run(variable);
      expectSameBits(result, run(tf.tensor(variable.dataSync(), shape)));
      adam.applyGradients([variable], [tensor(3 + step, shape)]);
      return result;
    });
    expect(results[2]).not.toEqual(results[0]);
  },
);
