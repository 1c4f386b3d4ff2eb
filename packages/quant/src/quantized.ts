/** Quantized values and, for an automatic alpha, the scale of each channel as QKeras stores it. */
export interface Quantized {
  readonly values: Float32Array;
  /** (channels), or null when alpha is fixed. */
  readonly scale: Float32Array | null;
}
