import "@tensorflow/tfjs-backend-cpu";

import type { LayerSpec, QuantScheme } from "@cnntargz/contracts";
import { fractionBits, integerToNumber, runReference } from "@cnntargz/fixed-point";
import { nBitScheme, toIntegerNetwork } from "@cnntargz/quant";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

import { networkSpec, randomWeights, trainedModel, uniform } from "../trained-model.js";
import { build, parameters } from "./build.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const pair = (low: number, high: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));

/** Layers of a random network for images of 6 x 7: one or two convolutions, perhaps a pool, a dense head. */
const randomLayers: fc.Arbitrary<LayerSpec[]> = fc
  .record({
    convolutions: fc.array(
      fc.record({
        filters: fc.integer({ min: 1, max: 3 }),
        kernelSize: pair(1, 3),
        strides: pair(1, 2),
        padding: fc.constantFrom("valid" as const, "same" as const),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    pool: fc.constantFrom(null, "maxPool2d" as const, "averagePool2d" as const),
    poolFirst: fc.boolean(),
    poolSize: pair(1, 3),
    units: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ convolutions, pool, poolSize, units, poolFirst }) => {
    let size = [6, 7];
    const layers: LayerSpec[] = [];
    const addPool = (): void => {
      if (pool === null) return;
      const fitting = poolSize.map((n, axis) => Math.min(n, size[axis]!)) as [number, number];
      layers.push({ kind: pool, name: "pool", poolSize: fitting, padding: "valid" });
      size = size.map((n, axis) => Math.floor((n - fitting[axis]!) / fitting[axis]!) + 1);
    };
    convolutions.forEach((convolution, i) => {
      const kernelSize = convolution.kernelSize.map((n, axis) => Math.min(n, size[axis]!)) as [
        number,
        number,
      ];
      layers.push({
        kind: "conv2d",
        name: `conv${i}`,
        ...convolution,
        kernelSize,
        activation: "relu",
      });
      size = size.map((n, axis) =>
        Math.ceil(
          (convolution.padding === "same" ? n : n - kernelSize[axis]! + 1) /
            convolution.strides[axis]!,
        ),
      );
      if (i === 0 && poolFirst) addPool();
    });
    if (!poolFirst) addPool();
    layers.push(
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "dense", units, activation: "relu" },
      { kind: "dense", name: "out", units: 2, activation: "linear" },
    );
    return layers;
  });

describe("quantizedLayers", () => {
  it("computes what the integer network computes, bit for bit", () => {
    fc.assert(
      fc.property(
        randomLayers,
        fc.record({
          bits: fc.integer({ min: 2, max: 6 }),
          activationInteger: fc.integer({ min: -1, max: 2 }),
          biasInteger: fc.integer({ min: -1, max: 2 }),
          alpha: fc.constantFrom("auto_po2" as const, 1 as const),
          outKernel: fc.constantFrom(
            "quantized_bits(6,1,1,alpha=1)",
            "quantized_linear(4,0,alpha='auto_po2')",
            "quantized_linear(5,1,0)",
            "ternary(alpha='auto_po2')",
            "binary(alpha=0.5)",
            "quantized_bits(1,0,alpha=1)",
            "quantized_bits(4,0,0,keep_negative=False)",
          ),
          outBias: fc.constantFrom("quantized_bits(6,0,1)", "binary(alpha='auto_po2')"),
          outActivation: fc.constantFrom(
            undefined,
            "quantized_bits(5,1,0,alpha=1)",
            "quantized_bits(4,2,1)",
            "quantized_linear(6,2)",
          ),
          typeRule: fc.constantFrom("interval" as const, "hls4ml" as const),
          seed: fc.nat(),
          size: fc.constantFrom(0.1, 0.5, 1, 3),
        }),
        (layers, options) => {
          const spec = networkSpec({ name: "random", inputShape: [6, 7, 1], layers });
          const { activationInteger, biasInteger, bits, alpha } = options;
          const hidden = layers
            .filter(({ kind, name }) => (kind === "conv2d" || kind === "dense") && name !== "out")
            .map(({ name }) => name);
          const base = nBitScheme(spec, bits, {
            alpha,
            activationInteger: Object.fromEntries(hidden.map((n) => [n, activationInteger])),
            biasInteger: Object.fromEntries(hidden.map((n) => [n, biasInteger])),
          });
          const scheme: QuantScheme = {
            ...base,
            byName: {
              ...base.byName,
              out: {
                kernel: options.outKernel,
                bias: options.outBias,
                ...(options.outActivation && { activation: options.outActivation }),
              },
            },
          };
          const weights = randomWeights(spec, options.seed, options.size);
          const network = toIntegerNetwork(trainedModel(spec, weights, scheme), {
            typeRule: options.typeRule,
          });
          const draw = uniform(options.seed + 1);
          const count = 3;
          const codes = Array.from({ length: count * 42 }, () => Math.floor(draw() * 4));
          // Pixels are in units of 1/2, whatever the network's input type.
          const images = Float32Array.from(codes, (code) => code / 2);
          const unit = 2 ** fractionBits(network.inputType);
          const model = build(spec, scheme, weights);
          const predicted = tf.tidy(() =>
            Array.from(
              (model.predict(tf.tensor(images, [count, 6, 7, 1])) as tf.Tensor).dataSync(),
            ),
          );
          model.dispose();
          const { resultType } = network.layers.at(-1)!;
          const expected = Array.from({ length: count }, (_, n) => {
            const image = Array.from(images.subarray(n * 42, (n + 1) * 42), (x) => x * unit);
            return runReference(network, image).output.map((v) => integerToNumber(v, resultType));
          }).flat();
          // 0 and -0 are the same integer.
          expect(predicted.map((value) => value + 0)).toEqual(expected);
        },
      ),
      { numRuns: 120 },
    );
  });
});

describe("gradients", () => {
  const spec = networkSpec({
    name: "small",
    inputShape: [4, 5, 2],
    layers: [
      { kind: "conv2d", name: "conv", filters: 3, kernelSize: [3, 2], activation: "relu" },
      {
        kind: "conv2d",
        name: "same",
        filters: 2,
        kernelSize: [2, 2],
        padding: "same",
        activation: "relu",
      },
      { kind: "averagePool2d", name: "pool", poolSize: [1, 3] },
      { kind: "flatten", name: "flatten" },
      { kind: "dense", name: "hidden", units: 4, activation: "relu" },
      { kind: "dense", name: "out", units: 2 },
    ],
  });
  /** Value q(x) with the gradient of `through`. */
  const straight = (x: tf.Tensor, q: tf.Tensor, through: tf.Tensor): tf.Tensor =>
    tf.customGrad((...args) => {
      const [a, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
      save([a, through]);
      return {
        value: q.clone(),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[1]!),
      };
    })(x);
  const fixedBits = (w: tf.Tensor, bits: number): tf.Tensor => {
    const m = 2 ** (bits - 1);
    const q = tf.div(tf.clipByValue(tf.round(tf.mul(w, m)), -m + 1, m - 1), m);
    return straight(w, q, tf.onesLike(w));
  };
  const reluBits = (x: tf.Tensor, bits: number, integer: number): tf.Tensor => {
    const scale = 2 ** (bits - integer);
    const high = 2 ** bits - 1;
    const q = tf.div(tf.clipByValue(tf.round(tf.mul(x, scale)), 0, high), scale);
    const open = tf.logicalAnd(tf.greater(x, 0), tf.lessEqual(x, high / scale));
    return straight(x, q, tf.cast(open, "float32"));
  };

  it("are those of straight-through operations put together", () => {
    const scheme = nBitScheme(spec, 4, {
      alpha: 1,
      activationInteger: { conv: 1, same: 1, hidden: 1 },
    });
    const weights = randomWeights(spec, 3);
    const draw = uniform(4);
    const images = tf.tensor4d(
      Float32Array.from({ length: 2 * 40 }, () => Math.floor(draw() * 3) / 2),
      [2, 4, 5, 2],
    );
    const targets = tf.tensor2d([0.3, -0.2, 0.1, 0.9], [2, 2]);
    const model = build(spec, scheme, weights);
    const variables = parameters(model);
    const loss = (output: tf.Tensor): tf.Scalar =>
      tf.mean<tf.Scalar>(tf.square(tf.sub(output, targets)));
    const { value, grads } = tf.variableGrads(
      () => loss(model.apply(images, { training: true }) as tf.Tensor),
      variables,
    );

    const composed = (...w: tf.Tensor[]): tf.Scalar => {
      const q = w.map((tensor, i) => (i < 6 ? fixedBits(tensor, 4) : tensor));
      const conv = (x: tf.Tensor, k: tf.Tensor, pad: "valid" | "same", b: tf.Tensor): tf.Tensor =>
        tf.add(tf.conv2d(x as tf.Tensor4D, k as tf.Tensor4D, 1, pad), b);
      let x = reluBits(conv(images, q[0]!, "valid", q[1]!), 4, 1);
      x = reluBits(conv(x, q[2]!, "same", q[3]!), 4, 1);
      const mean = tf.avgPool(x as tf.Tensor4D, [1, 3], [1, 3], "valid");
      x = tf.reshape(reluBits(mean, 4, 1), [2, -1]);
      x = reluBits(tf.add(tf.matMul(x, q[4]!), q[5]!), 4, 1);
      return loss(tf.add(tf.matMul(x, q[6]!), q[7]!));
    };
    const names = ["conv", "same", "hidden", "out"].flatMap((n) => [`${n}/kernel`, `${n}/bias`]);
    const tensors = names.map((name) =>
      tf.tensor(weights[name]!.values, [...weights[name]!.shape]),
    );
    const reference = tf.valueAndGrads((...w: tf.Tensor[]) => composed(...w))(tensors);

    expect(value.dataSync()[0]).toBe(reference.value.dataSync()[0]);
    variables.forEach((variable, i) => {
      const got = Array.from(grads[variable.name]!.dataSync());
      const want = Array.from(reference.grads[i]!.dataSync());
      const largest = Math.max(...want.map(Math.abs));
      expect(largest).toBeGreaterThan(0);
      got.forEach((gradient, j) => {
        expect(Math.abs(gradient - want[j]!)).toBeLessThan(1e-6 * largest);
      });
    });
  });
});
