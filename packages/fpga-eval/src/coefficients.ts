import { FITTED } from "./fitted-coefficients.js";
import type { BandFactors } from "./layer-cost.js";

/** Fitted numbers of kernels whose weights are constants in their logic. */
export interface UnrolledCoefficients {
  readonly lutPerMultiplierAdderBit: number;
  readonly lutPerAccumulatedBit: number;
  /** LUTs beside a product in a DSP block, by what becomes of it: see `UnrolledStyle`. */
  readonly lutPerDsp: {
    readonly latency: number;
    readonly latencyShared: number;
    readonly resource: number;
  };
  readonly lutBand: BandFactors;
  /** Additions in a row that fit into the first cycle in theory but not in reports. */
  readonly lateLevels: number;
  /** Additions in a row that a DSP product's lateness amounts to. */
  readonly dspLevels: number;
  /** Flip-flops per accumulator bit. */
  readonly ff: {
    readonly perSharedLutProduct: number;
    readonly perSharedDspProduct: number;
    readonly perChainedDspTerm: number;
  };
  readonly ffBand: BandFactors;
}

/** Fitted numbers of `resource` kernels that reuse their multipliers. */
export interface SharedCoefficients {
  readonly lut: {
    readonly constant: number;
    readonly perInputBit: number;
    readonly perAccumulatorBit: number;
    readonly perLutProduct: number;
  };
  /** LUTs of a multiplier and its 16-bit accumulator, by how many accumulators it chooses from; ascending. */
  readonly lutPerMultiplier: readonly (readonly [choice: number, lut: number])[];
  readonly lutBand: BandFactors;
  readonly ff: {
    readonly constant: number;
    readonly perAccumulatorBit: number;
    readonly perRegisteredBit: number;
  };
  readonly ffBand: BandFactors;
}

/** Fitted numbers of matrix-vector products. */
export interface KernelCoefficients {
  readonly unrolled: UnrolledCoefficients;
  readonly shared: SharedCoefficients;
}

/** Everything that `scripts/fit-coefficients.js` fits. */
export interface Coefficients extends KernelCoefficients {
  readonly pooling: { readonly lutPerMaximumBit: number; readonly lutFactor90: number };
  readonly streams: { readonly lutPerBit: number; readonly lutFactor90: number };
  readonly fifo: {
    readonly ffConstant: number;
    readonly ffPerAddressBit: number;
    readonly ffPerBit: number;
    readonly ffFactor90: number;
  };
  readonly delaysNs: {
    readonly addition: number;
    readonly maximum: number;
    readonly dspProduct: number;
  };
}

/**
 * Registers and latency laws that are read off reports rather than fitted, and the bands of numbers
 * that nothing or only one report backs.
 */
export const RULES = {
  /**
   * Share of the clock period that HLS keeps in reserve, as hls4ml sets it: `set_clock_uncertainty`
   * in its project files.
   */
  clockUncertainty: { vitis: 0.27, vivado: 0.125 },
  /**
   * Cycles of a streaming layer besides its arithmetic: one reads the stream into the window, one
   * writes. With one cycle of arithmetic this is hls4ml's `pixels + 3` for pooling.
   */
  streamCycles: 2,
  /**
   * Cycles of an io_parallel convolution that walks over its outputs, besides one per output and its
   * arithmetic: one chooses the window, one writes. The published 254-cycle design has output pixels
   * plus 5 to 7 in all.
   */
  parallelWalkCycles: 2,
  /** Cycles from one layer to the next in an io_parallel dataflow design; 18 in the published one of 18 layers. */
  handOffCycles: 1,
  /**
   * LUTs of a fused activation per accumulator bit (rounding, saturation, relu): 105 LUT per channel
   * for 16 bits to 6 in the hls4ml tutorial's streaming CNN, Vivado HLS 2020.1.
   */
  activationLutPerBit: 105 / 16,
  /** LUTs per bit of a loop counter: one for the increment, half for the comparison. By structure. */
  lutPerCounterBit: 1.5,
  /**
   * The unrolled-kernel law comes out 15-21 % low on 16-bit projects of other groups and tool
   * versions than those it was fitted to: 1 / 0.79.
   */
  otherProjectsFactor: 1.27,
  /** What a number from a single report, or from structure alone, is taken to be off by, either way. */
  singleSourceFactor90: 2,
  /** Below this width of either operand HLS builds products by constants from LUTs, see the DSP law. */
  dspOperandBits: 8,
  /**
   * From this width of a weight that is read from memory HLS takes a DSP block: 6-bit layers lose one
   * DSP where the last weight is trimmed to 4 bits and none where it is trimmed to 5, on 76 of 76 dense
   * reports.
   */
  sharedDspWeightBits: 5,
  /**
   * From this reuse factor the `latency` kernel gets one multiplier more than its limit: 6 of 6 dense
   * reports at 1,024, none of 7 at 512. Nothing in the firmware asks for it.
   */
  extraMultiplierFrom: 1024,
} as const;

/**
 * What Vitis HLS 2021.2 reports for a 32 x 32 product kept in 32 bits (xczu3eg, `mul_32s_32s_32_1_1`
 * and `_3_1` of a public csynth report): three DSP blocks, in one go or pipelined.
 */
export const WIDE_PRODUCT = {
  unpipelined: { lut: 20, ff: 0 },
  pipelined: { lut: 49, ff: 166 },
  /** Clock estimate of the unpipelined one. */
  delayNs: 6.083,
  /** DSP blocks of the product that these figures are for; wider and narrower ones are scaled. */
  dsp: 3,
} as const;

/** Flip-flops of HLS FIFOs. */
export const FIFO = {
  /** Vitis HLS, shift registers: 2 words padded to a power of two and 4 more; exact on 13 of 13 reports but for one bit. */
  vitisShift: { constant: 4 },
  /** Vivado HLS, shift registers: 5 up to depth 4, 7 at 16. */
  vivadoShift: { constant: 7 },
  blockRam: {
    constant: FITTED.fifo.ffConstant,
    perAddressBit: FITTED.fifo.ffPerAddressBit,
    perBit: FITTED.fifo.ffPerBit,
  },
} as const;
