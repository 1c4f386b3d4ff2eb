import type { FloatTensor } from "@cnntargz/contracts";

import { roundHalfEven } from "./float32.js";
import { formatQuantizer } from "./notation.js";

/** The tensor rounded half to even to this many fractional bits. */
export function roundTensor(tensor: FloatTensor, fraction: number): FloatTensor {
  const unit = 2 ** fraction;
  // Adding 0 turns -0 into 0.
  const values = tensor.values.map((value) => roundHalfEven(value * unit) / unit + 0);
  return { ...tensor, values };
}

/** a - b per value, exact in float64. */
export function difference(a: FloatTensor, b: FloatTensor): Float64Array {
  return Float64Array.from(a.values, (value, i) => value - b.values[i]!);
}

/** max over images of |bias + activations kernel| per output. */
export function largestDeltas(
  activations: Float64Array,
  kernel: Float64Array,
  bias: Float64Array,
): number[] {
  const outputs = bias.length;
  const inputs = kernel.length / outputs;
  const largest = new Array<number>(outputs).fill(0);
  for (let first = 0; first < activations.length; first += inputs) {
    for (let output = 0; output < outputs; output++) {
      let sum = bias[output]!;
      for (let i = 0; i < inputs; i++)
        sum += activations[first + i]! * kernel[i * outputs + output]!;
      const delta = Math.abs(sum);
      if (delta > largest[output]!) largest[output] = delta;
    }
  }
  return largest;
}

/** The narrowest quantized_bits with this many fractional bits that changes none of the values. */
export function exactQuantizer({ values }: FloatTensor, fraction: number): string {
  const step = 2 ** -fraction;
  // At least one bit beside the sign, for one bit alone is a sign quantizer.
  let integer = fraction === 0 ? 1 : 0;
  while (values.some((value) => value < -(2 ** integer) || value > 2 ** integer - step)) {
    integer += 1;
  }
  return formatQuantizer({
    kind: "quantized_bits",
    bits: 1 + integer + fraction,
    integer,
    symmetric: false,
    keepNegative: true,
    alpha: 1,
  });
}
