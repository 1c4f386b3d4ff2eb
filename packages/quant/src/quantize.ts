import { quantizeRelu, quantizeReluPo2, quantizeSquash } from "./quantize-activation.js";
import { quantizeBinary, quantizeTernary } from "./quantize-sign.js";
import { quantizeBits, quantizeLinear } from "./quantize-uniform.js";
import type { Quantized } from "./quantized.js";
import type { Quantizer } from "./quantizer.js";
import type { Noise } from "./stochastic.js";

/**
 * Quantize `values` (row-major, of `shape`; the last axis holds the output channels) as QKeras does
 * at inference, float32 at every step.
 *
 * With `noise` as in training: a stochastic quantizer then rounds at random, others as ever.
 *
 * QKeras writes x + (q - x), which is q wherever |x| < 2^24 grid steps; this gives q itself.
 *
 * @throws CnntargzError `contract` when the shape does not hold the values.
 */
export function quantize(
  quantizer: Quantizer,
  values: Float32Array,
  shape: readonly number[],
  noise?: Noise,
): Quantized {
  switch (quantizer.kind) {
    case "quantized_bits":
      return quantizeBits(quantizer, values, shape, noise);
    case "quantized_linear":
      return quantizeLinear(quantizer, values, shape, noise);
    case "binary":
      return quantizeBinary(quantizer, values, shape, noise);
    case "ternary":
      return quantizeTernary(quantizer, values, shape, noise);
    case "quantized_relu":
      return { values: values.map(quantizeRelu(quantizer, noise)), scale: null };
    case "quantized_relu_po2":
      return { values: values.map(quantizeReluPo2(quantizer, noise)), scale: null };
    case "quantized_tanh":
    case "quantized_sigmoid":
      return { values: values.map(quantizeSquash(quantizer, noise)), scale: null };
  }
}
