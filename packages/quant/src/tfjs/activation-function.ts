import { type Activation, CnntargzError } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";

import { formatQuantizer } from "../notation.js";
import { reluGradientEnd } from "../quantize-activation.js";
import { quantizeGradient } from "../quantize-gradient.js";
import { quantize } from "../quantize.js";
import type { QuantizedBits, QuantizedLinear, Quantizer } from "../quantizer.js";
import { noiseFor } from "../stochastic.js";
import { fakeQuantize, gradientWhere, reluGradient } from "./kernels.js";

/** An activation and its gradient, to be called where no gradients are recorded. */
export interface ActivationFunction {
  /** `noiseSeed`: given in training, for stochastic rounding. */
  readonly forward: (sum: tf.Tensor, noiseSeed?: number) => tf.Tensor;
  /** The gradient of `sum` from that of the output. */
  readonly backward: (dy: tf.Tensor, sum: tf.Tensor) => tf.Tensor;
}

const linear: ActivationFunction = { forward: (sum) => sum, backward: (dy) => dy };
const relu: ActivationFunction = {
  forward: (sum) => tf.relu(sum),
  backward: (dy, sum) => reluGradient(sum, dy, Number.POSITIVE_INFINITY),
};

/**
 * A layer's activation followed by its quantizer, straight through the rounding as in QKeras. A
 * quantized_relu is the ReLU itself.
 *
 * @throws CnntargzError `config` when a linear layer has a quantized_relu.
 */
export function activationFunction(
  activation: Activation,
  quantizer: Quantizer | null,
  layer: string,
): ActivationFunction {
  const plain = activation === "relu" ? relu : linear;
  if (quantizer === null) return plain;
  if (quantizer.kind === "quantized_relu" || quantizer.kind === "quantized_relu_po2") {
    if (activation !== "relu") {
      throw new CnntargzError(
        "config",
        `layer ${layer} is linear, but its activation ${formatQuantizer(quantizer)} is a ReLU; give the layer activation relu or a signed quantizer`,
      );
    }
    return quantizerFunction(quantizer);
  }
  return compose(plain, quantizerFunction(quantizer));
}

/** A quantizer of activations with QKeras' gradient. */
export function quantizerFunction(quantizer: Quantizer): ActivationFunction {
  const exact = inferenceFunction(quantizer);
  if (!quantizer.stochastic) return exact;
  return {
    ...exact,
    forward: (x, noiseSeed) => {
      if (noiseSeed === undefined) return exact.forward(x);
      const data = x.dataSync<"float32">();
      return tf.tensor(
        quantize(quantizer, data, x.shape, noiseFor(noiseSeed, data)).values,
        x.shape,
      );
    },
  };
}

/** A quantizer without stochastic rounding. */
function inferenceFunction(quantizer: Quantizer): ActivationFunction {
  switch (quantizer.kind) {
    case "quantized_relu": {
      const { bits, integer } = quantizer;
      if (quantizer.negativeSlope !== 0 || !quantizer.quantizedClip) break;
      const end = reluGradientEnd(quantizer);
      return {
        forward: (x) => fakeQuantize(x, 2 ** (bits - integer), 0, 2 ** bits - 1),
        backward: (dy, x) => reluGradient(x, dy, end),
      };
    }
    case "quantized_bits":
    case "quantized_linear": {
      const grid = unscaledGrid(quantizer);
      if (grid === null) break;
      const { scale, low, high } = grid;
      return {
        forward: (x) => fakeQuantize(x, scale, low, high),
        backward: (dy, x) =>
          quantizer.kind === "quantized_bits"
            ? dy
            : gradientWhere(dy, () =>
                tf.logicalAnd(tf.greaterEqual(x, low / scale), tf.lessEqual(x, high / scale)),
              ),
      };
    }
  }
  return onHost(quantizer);
}

interface Grid {
  readonly scale: number;
  readonly low: number;
  readonly high: number;
}

/** The codes of an unscaled quantizer of more than a sign; null for others. */
function unscaledGrid(quantizer: QuantizedBits | QuantizedLinear): Grid | null {
  const { bits, integer, keepNegative, symmetric, alpha } = quantizer;
  const unsignedBits = bits - Number(keepNegative);
  if ((alpha !== null && alpha !== 1) || unsignedBits === 0) return null;
  const m = 2 ** unsignedBits;
  return {
    scale: 2 ** (unsignedBits - integer),
    low: keepNegative ? -m + Number(symmetric) : 0,
    high: m - 1,
  };
}

function compose(inner: ActivationFunction, outer: ActivationFunction): ActivationFunction {
  if (inner === linear) return outer;
  return {
    forward: (sum, noiseSeed) => outer.forward(inner.forward(sum), noiseSeed),
    backward: (dy, sum) => inner.backward(outer.backward(dy, inner.forward(sum)), sum),
  };
}

/** Any quantizer through its arithmetic on typed arrays: slow, for those that have no kernels. */
function onHost(quantizer: Quantizer): ActivationFunction {
  return {
    forward: (x) =>
      tf.tensor(quantize(quantizer, x.dataSync<"float32">(), x.shape).values, x.shape),
    backward: (dy, x) =>
      tf.tensor(
        quantizeGradient(quantizer, x.dataSync<"float32">(), dy.dataSync<"float32">(), x.shape),
        x.shape,
      ),
  };
}
