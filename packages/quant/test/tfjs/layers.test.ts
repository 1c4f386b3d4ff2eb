import "@tensorflow/tfjs-backend-cpu";

import type { QuantScheme } from "@cnntargz/contracts";
import { nBitScheme, parseQuantizer, quantize, quantizeGradient } from "@cnntargz/quant";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

import { networkSpec, randomWeights, student, uniform } from "../trained-model.js";
import { build, parameters } from "./build.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const vector = networkSpec({
  name: "vector",
  inputShape: [1, 1, 6],
  layers: [
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "dense", units: 3, activation: "linear" },
  ],
});
const withDefault = (quantizers: QuantScheme["default"]): QuantScheme => ({
  kind: "quant-scheme",
  schemaVersion: 1,
  label: "test",
  byName: {},
  byKind: {},
  default: quantizers,
});

/** Output and gradients of sum(upstream * dense(x)) for the one-layer network. */
function runDense(scheme: QuantScheme, spec = vector) {
  const weights = randomWeights(spec, 2, 1.5);
  const model = build(spec, scheme, weights);
  const draw = uniform(9);
  const xs = Float32Array.from({ length: 24 }, () => Math.floor(draw() * 4) / 2);
  const upstream = Float32Array.from({ length: 12 }, () => 2 * draw() - 1);
  const x = tf.tensor(xs, [4, 1, 1, 6]);
  const forward = (): tf.Tensor => model.apply(x, { training: true }) as tf.Tensor;
  const { grads } = tf.variableGrads(
    () => tf.sum<tf.Scalar>(tf.mul(forward(), tf.tensor(upstream, [4, 3]))),
    parameters(model),
  );
  const [kernel, bias] = parameters(model).map(({ name }) =>
    Float32Array.from(grads[name]!.dataSync()),
  );
  const output = Float32Array.from(forward().dataSync());
  model.dispose();
  return { output, kernel: kernel!, bias: bias!, weights, xs, upstream };
}

describe("quantized layers", () => {
  it("hold kernel and bias in floating point, drawn from the seed", () => {
    const factory = quantizedLayers(nBitScheme(student, 4));
    const draw = (seed: number): number[] => {
      const layer = factory(student.layers[2]!, { seed });
      layer.build([null, 5, 12, 1]);
      const [kernel, bias] = layer.getWeights();
      expect(kernel?.shape).toEqual([3, 3, 1, 6]);
      expect(bias?.shape).toEqual([6]);
      const values = Array.from(kernel!.dataSync());
      return values;
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1).some((value) => !Number.isInteger(value * 16))).toBe(true);
  });

  it.each([
    "quantized_linear(3,0,1)",
    "quantized_linear(3,0,1,alpha='auto_po2')",
    "ternary",
    "binary(alpha='auto')",
    "quantized_bits(3,0,1,alpha='auto')",
    "quantized_relu_po2(3)",
  ])("pass gradients through kernels of %s as QKeras does", (notation) => {
    const { output, kernel, weights, xs, upstream } = runDense(withDefault({ kernel: notation }));
    const quantizer = parseQuantizer(notation);
    const float = weights["dense/kernel"]!;
    const { values } = quantize(quantizer, float.values, float.shape);
    const dQuantized = new Float32Array(18);
    for (let n = 0; n < 4; n++) {
      for (let o = 0; o < 3; o++) {
        let sum = weights["dense/bias"]!.values[o]!;
        for (let i = 0; i < 6; i++) {
          sum += xs[n * 6 + i]! * values[i * 3 + o]!;
          dQuantized[i * 3 + o]! += xs[n * 6 + i]! * upstream[n * 3 + o]!;
        }
        expect(output[n * 3 + o]).toBeCloseTo(sum, 4);
      }
    }
    const expected = quantizeGradient(quantizer, float.values, dQuantized, float.shape);
    expected.forEach((gradient, i) => {
      expect(kernel[i]).toBeCloseTo(gradient, 4);
    });
  });

  it.each([
    "quantized_tanh(4)",
    "quantized_sigmoid(4)",
    "ternary(alpha=1)",
    "quantized_bits(4,0,alpha=0.5)",
    "quantized_bits(4,1)",
    "quantized_linear(4,0)",
    "quantized_bits(4,1,keep_negative=False)",
  ])("pass gradients through activations of %s as QKeras does", (notation) => {
    const plain = runDense(withDefault({}));
    const { output, bias, upstream } = runDense(withDefault({ activation: notation }));
    const quantizer = parseQuantizer(notation);
    expect(output).toEqual(quantize(quantizer, plain.output, [4, 3]).values);
    const dSum = quantizeGradient(quantizer, plain.output, upstream);
    for (let o = 0; o < 3; o++) {
      const expected = [0, 1, 2, 3].reduce((sum, n) => sum + dSum[n * 3 + o]!, 0);
      expect(bias[o]).toBeCloseTo(expected, 5);
    }
  });

  it("quantize after the layer's own ReLU", () => {
    const spec = networkSpec({
      ...vector,
      layers: [vector.layers[0]!, { ...vector.layers[1]!, activation: "relu" } as never],
    });
    const plain = runDense(withDefault({}));
    const scheme = withDefault({ activation: "quantized_bits(4,1)" });
    const { output, bias, upstream } = runDense(scheme, spec);
    const rectified = plain.output.map((value) => Math.max(value, 0));
    expect(output).toEqual(quantize(parseQuantizer("quantized_bits(4,1)"), rectified, [12]).values);
    for (let o = 0; o < 3; o++) {
      const open = [0, 1, 2, 3].filter((n) => plain.output[n * 3 + o]! > 0);
      const expected = open.reduce((sum, n) => sum + upstream[n * 3 + o]!, 0);
      expect(bias[o]).toBeCloseTo(expected, 5);
    }
  });

  it("pass gradients of a quantized_relu on (0, max], both ends told apart", () => {
    const spec = networkSpec({
      name: "ends",
      inputShape: [1, 1, 1],
      layers: [
        { kind: "flatten", name: "flatten" },
        { kind: "dense", name: "dense", units: 1, activation: "relu" },
      ],
    });
    const one = (value: number, ...shape: number[]) => ({
      dtype: "float32" as const,
      shape,
      values: Float32Array.of(value),
    });
    const model = build(spec, withDefault({ activation: "quantized_relu(4,1)" }), {
      "dense/kernel": one(1, 1, 1),
      "dense/bias": one(0, 1),
    });
    const xs = [-1, 0, 0.001, 1, 1.875, 1.876, 2];
    const gradients = xs.map((x) => {
      const { grads } = tf.variableGrads(
        () => tf.sum(model.apply(tf.tensor(x, [1, 1, 1, 1])) as tf.Tensor),
        parameters(model),
      );
      return grads[parameters(model)[1]!.name]!.dataSync()[0];
    });
    expect(gradients).toEqual([0, 0, 1, 1, 1, 0, 0]);
  });

  it("leave no tensors behind", () => {
    const weights = randomWeights(student, 3);
    const model = build(student, nBitScheme(student, 4), weights);
    const variables = parameters(model);
    const step = (): void => {
      tf.tidy(() => {
        const x = tf.ones([2, 9, 16, 1]);
        const loss = () => tf.mean<tf.Scalar>(model.apply(x, { training: true }) as tf.Tensor);
        tf.variableGrads(loss, variables);
      });
    };
    step();
    const before = tf.memory().numTensors;
    step();
    step();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it("compute no gradient of the network's input", () => {
    const inputGradients = countKernels("Conv2DBackpropInput", () => {
      const model = build(student, nBitScheme(student, 4), randomWeights(student, 3));
      tf.tidy(() => {
        const x = tf.ones([1, 9, 16, 1]);
        tf.variableGrads(
          () => tf.mean<tf.Scalar>(model.apply(x, { training: true }) as tf.Tensor),
          parameters(model),
        );
      });
      model.dispose();
    });
    // Three of the four convolutions.
    expect(inputGradients).toBe(3);
  });

  it("refuse quantizers that do not fit their layer", () => {
    const relu = quantizedLayers(withDefault({ activation: "quantized_relu(4)" }));
    expect(() => relu(vector.layers[1]!, { seed: 1 })).toThrow(/dense is linear/);
    const pool = quantizedLayers({
      ...withDefault({}),
      byName: { flatten: { activation: "quantized_relu(4)" } },
    });
    expect(() => pool(vector.layers[0]!, { seed: 1 })).toThrow(/flatten .* does not use/);
    const unknown = quantizedLayers(withDefault({ kernel: "quantised_bits(4)" }));
    expect(() => unknown(vector.layers[1]!, { seed: 1 })).toThrow(/did you mean quantized_bits/);
  });
});

function countKernels(name: string, run: () => void): number {
  const stock = tf.getKernel(name, "cpu");
  let count = 0;
  tf.unregisterKernel(name, "cpu");
  tf.registerKernel({
    ...stock,
    kernelFunc: (params) => {
      count += 1;
      return stock.kernelFunc(params);
    },
  });
  try {
    run();
  } finally {
    tf.unregisterKernel(name, "cpu");
    tf.registerKernel(stock);
  }
  return count;
}
