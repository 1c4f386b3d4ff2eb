import { FITTED } from "./fitted-coefficients.js";

/**
 * Registers and latency laws that are read off reports rather than fitted, and the band of numbers
 * that only one report backs.
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
  /** What a coefficient from a single report is taken to be off by, either way. */
  singleSourceFactor90: 2,
  /** Below this width of either operand HLS builds products from LUTs, see the DSP law. */
  dspOperandBits: 8,
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
