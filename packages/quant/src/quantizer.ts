/**
 * How a quantizer's scale is chosen: a factor, `null` (1), or found from the values per output
 * channel (the last axis; each element of a vector): `auto` any float32, `auto_po2` a power of two.
 */
export type Alpha = number | "auto" | "auto_po2" | null;

interface Stochastic {
  /** Rounds at random in training, half to even at inference; left out for always half to even. */
  readonly stochastic?: true;
}

interface Uniform extends Stochastic {
  /** Total bits, 1..24, the sign included when `keepNegative`. */
  readonly bits: number;
  /** Bits left of the binary point, the sign not counted. */
  readonly integer: number;
  /** Leaves out the most negative value, so that the range is symmetric. */
  readonly symmetric: boolean;
  readonly keepNegative: boolean;
  readonly alpha: Alpha;
}

/** QKeras' `quantized_bits`: rounds half to even, then clips; gradient 1 everywhere. */
export interface QuantizedBits extends Uniform {
  readonly kind: "quantized_bits";
}

/** QKeras' `quantized_linear`: clips, then rounds half to even; gradient 1 inside the range, 0 outside. */
export interface QuantizedLinear extends Uniform {
  readonly kind: "quantized_linear";
}

/** QKeras' `quantized_relu`: `bits` bits of which `integer` are left of the binary point, no sign. */
export interface QuantizedRelu extends Stochastic {
  readonly kind: "quantized_relu";
  readonly bits: number;
  readonly integer: number;
  /** 0 or a power of two; not 0 makes one of the bits a sign. */
  readonly negativeSlope: number;
  /** Where the gradient ends when `quantizedClip` is false; null for nowhere. */
  readonly reluUpperBound: number | null;
  /** Whether the gradient ends at the largest value the bits can hold. */
  readonly quantizedClip: boolean;
}

/** QKeras' `binary`: the sign (0 counts as positive) times the scale. */
export interface Binary extends Stochastic {
  readonly kind: "binary";
  /** {0, 1} instead of {-1, 1}. */
  readonly use01: boolean;
  readonly alpha: Alpha;
}

/** QKeras' `ternary`: -1, 0 or 1 times the scale. */
export interface Ternary extends Stochastic {
  readonly kind: "ternary";
  readonly alpha: Alpha;
  /** Magnitudes below it become 0; null for 0.33. Only with a fixed alpha. */
  readonly threshold: number | null;
  /** Iterations between scale and threshold of an automatic alpha. */
  readonly unrolls: number;
}

/** QKeras' `quantized_relu_po2`: the nearest power of two of the positive part. */
export interface QuantizedReluPo2 extends Stochastic {
  readonly kind: "quantized_relu_po2";
  /** Bits of the exponent, its sign included. */
  readonly bits: number;
  readonly maxValue: number | null;
}

/** QKeras' `quantized_tanh`: by default the hard version, clip(x, -1, 1). */
export interface QuantizedTanh extends Stochastic {
  readonly kind: "quantized_tanh";
  readonly bits: number;
  readonly symmetric: boolean;
  readonly useRealTanh: boolean;
}

/** QKeras' `quantized_sigmoid`: by default the hard version, clip(x / 2 + 1 / 2, 0, 1). */
export interface QuantizedSigmoid extends Stochastic {
  readonly kind: "quantized_sigmoid";
  readonly bits: number;
  readonly symmetric: boolean;
  readonly useRealSigmoid: boolean;
}

/** A parsed quantizer; see {@link parseQuantizer}. */
export type Quantizer =
  | QuantizedBits
  | QuantizedLinear
  | QuantizedRelu
  | Binary
  | Ternary
  | QuantizedReluPo2
  | QuantizedTanh
  | QuantizedSigmoid;
