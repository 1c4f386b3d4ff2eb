import * as tf from "@tensorflow/tfjs-core";

import { quantizeGradient } from "../quantize-gradient.js";
import { quantize } from "../quantize.js";
import type { Quantizer } from "../quantizer.js";
import { noiseFor } from "../stochastic.js";

/**
 * The quantized copy of a weight tensor. Computed on the host: weights are few, and the arithmetic
 * is then exactly that of `toIntegerNetwork`. `noiseSeed`: given in training, for stochastic rounding.
 */
export function quantizeWeight(
  quantizer: Quantizer | null,
  weight: tf.Tensor,
  noiseSeed?: number,
): tf.Tensor {
  if (quantizer === null) return tf.clone(weight);
  const data = weight.dataSync<"float32">();
  const noise =
    noiseSeed === undefined || !quantizer.stochastic ? undefined : noiseFor(noiseSeed, data);
  const { values } = quantize(quantizer, data, weight.shape, noise);
  return tf.tensor(values, weight.shape);
}

/** The gradient of a weight tensor from that of its quantized copy. */
export function weightGradient(
  quantizer: Quantizer | null,
  weight: tf.Tensor,
  dQuantized: tf.Tensor,
): tf.Tensor {
  // quantized_bits passes every gradient on: no way over the host.
  if (quantizer === null || quantizer.kind === "quantized_bits") return dQuantized;
  const gradient = quantizeGradient(
    quantizer,
    weight.dataSync<"float32">(),
    dQuantized.dataSync<"float32">(),
    weight.shape,
  );
  return tf.tensor(gradient, weight.shape);
}
