import { Conv2dSpec, parseContract } from "@cnntargz/contracts";
import { floatLayers, loadBackend } from "@cnntargz/models";
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { describe, expect, it } from "vitest";

const cases = (["wasm", "cpu"] as const).flatMap((backend) =>
  (["same", "valid"] as const).flatMap((padding) =>
    (
      [
        [1, 1],
        [1, 2],
        [3, 2],
      ] as const
    ).flatMap((strides) =>
      [true, false].map((isFirst) => ({ backend, padding, strides, isFirst })),
    ),
  ),
);

describe("FusedConv2d", () => {
  it.each(cases)(
    "computes and differentiates like conv2d on $backend, $padding, strides $strides, first: $isFirst",
    async ({ backend, padding, strides, isFirst }) => {
      await loadBackend({ name: backend, kernels: null });
      const spec = parseContract(
        Conv2dSpec,
        {
          kind: "conv2d",
          name: "conv",
          filters: 3,
          kernelSize: [3, 3],
          strides,
          padding,
          activation: "relu",
        },
        "conv",
      );
      const options = { seed: 5, ...(isFirst && { inputShape: [5, 6, 2] }) };
      const before = tf.memory().numTensors;
      const fused = floatLayers(spec, options);
      const plain = layers.conv2d({
        filters: 3,
        kernelSize: [3, 3],
        strides: [...strides],
        padding,
        activation: "relu",
        ...(isFirst && { inputShape: [5, 6, 2] }),
      });
      const x = tf.randomNormal([4, 5, 6, 2], 0, 1, "float32", 3);
      const weigh = tf.randomNormal(
        fused.computeOutputShape(x.shape) as number[],
        0,
        1,
        "float32",
        4,
      );
      fused.build(x.shape);
      plain.build(x.shape);
      tf.tidy(() => {
        const bias = tf.tensor1d([0.3, -0.2, 0.1]);
        const kernel = fused.getWeights()[0]!;
        fused.setWeights([kernel, bias]);
        plain.setWeights([kernel, bias]);
      });
      const gradients = (layer: layers.Layer): number[] =>
        tf.tidy(() => {
          const loss = (): tf.Scalar => tf.sum(tf.mul(layer.apply(x) as tf.Tensor, weigh));
          const variables = layer.weights
            .map((weight) => weight.read())
            .filter((value) => value instanceof tf.Variable);
          const { value, grads } = tf.variableGrads(loss, variables);
          const ofInput = isFirst ? [] : [tf.grad(loss)(x)];
          const all = [value, ...variables.map(({ name }) => grads[name]!), ...ofInput];
          return all.flatMap((tensor) => [...tensor.dataSync()]);
        });
      const expected = gradients(plain);
      const actual = gradients(fused);
      expect(expected.filter((value) => value !== 0).length).toBeGreaterThan(30);
      expect(fused.computeOutputShape(x.shape)).toEqual(plain.computeOutputShape(x.shape));
      expect(actual.length).toBe(expected.length);
      for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
      for (const weight of [...fused.weights, ...plain.weights]) weight.dispose();
      tf.dispose([x, weigh]);
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
