import { reluGradientEnd, squashGradient } from "./quantize-activation.js";
import { linearGrid } from "./quantize-uniform.js";
import type { Quantizer } from "./quantizer.js";

const fround = Math.fround;

/**
 * The gradient that QKeras passes back through a quantizer: `upstream` times d quantize / d values,
 * the rounding counted as the identity (straight through).
 *
 * quantized_bits: 1 everywhere. quantized_linear: 1 inside the clip range, bounds included.
 * quantized_relu: 1 on (0, 2^integer - 2^(integer - bits)], the slope at and below 0, else 0.
 * binary and ternary: 1 with an alpha, 1 - tanh(x)^2 without. `shape` matters for the per-channel
 * range of quantized_linear with an automatic alpha only.
 *
 * @throws CnntargzError `contract` when the shape does not hold the values.
 */
export function quantizeGradient(
  quantizer: Quantizer,
  values: Float32Array,
  upstream: Float32Array,
  shape: readonly number[] = [values.length],
): Float32Array {
  switch (quantizer.kind) {
    case "quantized_bits":
      return upstream.slice();
    case "quantized_linear": {
      const { steps, low, high } = linearGrid(quantizer, values, shape);
      return upstream.map((dy, i) => {
        const code = fround(values[i]! / steps[i % steps.length]!);
        return code < low || code > high ? 0 : dy;
      });
    }
    case "quantized_relu": {
      const end = fround(reluGradientEnd(quantizer));
      const { negativeSlope } = quantizer;
      return upstream.map((dy, i) => {
        const x = values[i]!;
        if (x > end) return 0;
        return x > 0 ? dy : dy * negativeSlope;
      });
    }
    case "quantized_relu_po2": {
      const end = quantizer.maxValue ?? Number.POSITIVE_INFINITY;
      return upstream.map((dy, i) => (values[i]! > 0 && values[i]! <= end ? dy : 0));
    }
    case "quantized_tanh":
    case "quantized_sigmoid": {
      const slope = squashGradient(quantizer);
      return upstream.map((dy, i) => dy * slope(values[i]!));
    }
    case "binary":
    case "ternary":
      return quantizer.alpha === null
        ? upstream.map((dy, i) => {
            const y = fround(Math.tanh(values[i]!));
            return dy * fround(1 - fround(y * y));
          })
        : upstream.slice();
  }
}
