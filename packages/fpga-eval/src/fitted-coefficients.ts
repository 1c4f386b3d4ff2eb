/**
 * Coefficients of the resource estimator, written by scripts/fit-coefficients.js: edit that, not
 * this. A `...Factor90` is how many times larger or smaller nine of ten reports left out of the
 * fit are than their estimate.
 */
export const FITTED = {
  /** Source: unrolled dense kernels, wa_hls4ml_dense_1layer_csynth.csv (Vivado HLS, 16-bit inputs, 5 ns). */
  kernels: {
    lutPerMultiplierAdderBit: 1.77,
    lutPerAccumulatedBit: 1.1,
    lutPerDsp: 4.75,
    lutFactor90: 1.11,
    ffPerCutBit: 0.922,
    ffPerDsp: 1.23,
    ffFactor90: 1.47,
  },
  /** Source: dense kernels with shared multipliers, wa_hls4ml_dense_1layer_csynth.csv. */
  shared: {
    lutPerMultiplierBit: 95.5,
    lutFactor90: 1.86,
    ffPerOutputBit: 1.19,
    ffFactor90: 1.21,
  },
  /** Source: pooling baselines, hls4ml_ci_baselines_csynth.csv (Vivado HLS 2020.1, Vitis HLS 2024.1). */
  pooling: {
    lutPerMaximumBit: 2.1,
    lutFactor90: 1.53,
  },
  /** Source: io_stream minus io_parallel of the same test, hls4ml_ci_baselines_csynth.csv (Vitis HLS). */
  streams: {
    lutPerBit: 1.07,
    lutFactor90: 1.03,
  },
  /** Source: FIFOs in block RAM, at most 64 bits wide, hls_fifo_resources.csv. */
  fifo: {
    ffConstant: -29,
    ffPerAddressBit: 6.78,
    ffPerBit: 1.14,
    ffFactor90: 1.62,
  },
  /** Source: EstimatedClockPeriod of pooling baselines, and of dense kernels on DSP blocks. */
  delaysNs: {
    addition: 0.756,
    maximum: 0.967,
    dspProduct: 4.155,
  },
} as const;
