import { parseQuantizer } from "./notation.js";
import { quantizeGradient } from "./quantize-gradient.js";
import { quantize } from "./quantize.js";

/** What a quantizer makes of values, and how it passes gradients back. */
export interface EvaluatedQuantizer {
  /** Quantized values, as QKeras computes them at inference. */
  readonly output: Float32Array;
  /** d sum(output) / d input, straight through the rounding as in QKeras. */
  readonly gradient: Float32Array;
}

/**
 * Evaluate a quantizer in QKeras' notation, such as `quantized_bits(4,0,alpha=1)`, on `input`
 * (row-major, of `shape`, whose last axis holds the output channels; a vector when left out),
 * float32 at every step.
 *
 * @throws CnntargzError `config` when the notation is not understood (see `parseQuantizer`),
 * `contract` when the shape does not hold the values.
 */
export function evaluateQuantizer(
  text: string,
  input: Float32Array,
  shape: readonly number[] = [input.length],
): EvaluatedQuantizer {
  const quantizer = parseQuantizer(text);
  const ones = new Float32Array(input.length).fill(1);
  return {
    output: quantize(quantizer, input, shape).values,
    gradient: quantizeGradient(quantizer, input, ones, shape),
  };
}
