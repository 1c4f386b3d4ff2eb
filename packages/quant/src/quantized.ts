/** Quantized values and, for an automatic alpha, the scale of each channel as QKeras stores it. */
export interface Quantized {
  readonly values: Float32Array;
  /** (channels), for a vector (length) or, of quantized_bits with `auto`, (1); null when alpha is fixed. */
  readonly scale: Float32Array | null;
}
