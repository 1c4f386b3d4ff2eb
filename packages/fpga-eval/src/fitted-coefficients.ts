import type { Coefficients } from "./coefficients.js";

/**
 * Coefficients of the resource estimator, written by scripts/fit-coefficients.js: edit that, not
 * this. A `...Factor90` is how many times larger or smaller nine of ten reports left out of the
 * fit are than their estimate, a `...Band` is the same as [low, high].
 */
export const FITTED: Coefficients = {
  /** Source: dense kernels with constant weights, wa_hls4ml_dense_1layer_csynth.csv (Vivado HLS, 16-bit inputs, 5 ns). */
  unrolled: {
    lutPerMultiplierAdderBit: 1.98,
    lutPerAccumulatedBit: 1.06,
    lutPerDsp: {
      latency: 5.41,
      latencyShared: 5.98,
      resource: 0.776,
    },
    lateLevels: 1.39,
    dspLevels: 1.79,
    ff: {
      perSharedLutProduct: 0.964,
      perSharedDspProduct: 0.718,
      perChainedDspTerm: 0.629,
    },
    lutBand: [0.9365, 1.104],
    ffBand: [0.8594, 1.373],
  },
  /** Source: dense kernels that reuse multipliers, wa_hls4ml_dense_1layer_csynth.csv. */
  shared: {
    lut: {
      constant: 4603,
      perInputBit: 2.028,
      perAccumulatorBit: 1.495,
      perLutProduct: 4.8,
    },
    lutPerMultiplier: [
      [2, 41.3],
      [32, 179],
      [64, 298.2],
      [128, 697.3],
      [256, 1386],
    ],
    ff: {
      constant: 115,
      perAccumulatorBit: 1.001,
      perRegisteredBit: 0.9896,
    },
    lutBand: [0.998, 1.002],
    ffBand: [0.9916, 1.011],
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
};
