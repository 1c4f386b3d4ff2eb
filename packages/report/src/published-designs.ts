/** Resources of a published design: HLS C-synthesis estimates, 2 ns clock, 9x16 images. */
export interface PublishedDesign {
  readonly name: string;
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram18: number;
  readonly latencyCycles: number;
  /** Occupancy of the VU13P in percent, as printed: truncated, 0 for `~0`. */
  readonly printedPercent: {
    readonly lut: number;
    readonly ff: number;
    readonly dsp: number;
    readonly bram18: number;
  };
}

/** Clock period of the published designs, in ns. */
export const PUBLISHED_CLOCK_NS = 2;

/**
 * The table of the study whose Teacher and Students this toolchain builds, from its slides: values as
 * printed, k and M rounded there.
 */
export const PUBLISHED_DESIGNS: readonly PublishedDesign[] = [
  {
    name: "Teacher",
    lut: 265_600,
    ff: 2_400_000,
    dsp: 31_700,
    bram18: 1_123,
    latencyCycles: 640,
    printedPercent: { lut: 15, ff: 69, dsp: 258, bram18: 20 },
  },
  {
    name: "Student 32 bit",
    lut: 31_000,
    ff: 247_000,
    dsp: 3_800,
    bram18: 171,
    latencyCycles: 222,
    printedPercent: { lut: 1, ff: 7, dsp: 31, bram18: 3 },
  },
  {
    name: "QStudent 4 bit",
    lut: 29_500,
    ff: 14_300,
    dsp: 6,
    bram18: 11,
    latencyCycles: 183,
    printedPercent: { lut: 1, ff: 0, dsp: 0, bram18: 0 },
  },
  {
    name: "QStudent 3 bit",
    lut: 23_300,
    ff: 11_600,
    dsp: 0,
    bram18: 11,
    latencyCycles: 182,
    printedPercent: { lut: 1, ff: 0, dsp: 0, bram18: 0 },
  },
];

/** A design that others published for this or a like task, to set ours beside. */
export interface ComparedDesign {
  readonly name: string;
  readonly latencyNs: number;
  /** Null where it was not published. */
  readonly lut: number | null;
  /** What it is, and who says so. */
  readonly source: string;
}

/** Published designs by latency and LUTs: the slides' table first. */
export const COMPARED_DESIGNS: readonly ComparedDesign[] = [
  ...PUBLISHED_DESIGNS.map(({ name, lut, latencyCycles }) => ({
    name: `slides: ${name}`,
    latencyNs: latencyCycles * PUBLISHED_CLOCK_NS,
    lut,
    source: `the slides' table: HLS C-synthesis, 9x16 images, ${latencyCycles} cycles of ${PUBLISHED_CLOCK_NS} ns`,
  })),
  {
    name: "hls4ml io_parallel, 4 bit",
    latencyNs: 604.5,
    lut: 139_021,
    source:
      "the same Student by hls4ml 1.1.0, Latency strategy; Vitis HLS 2024.1 C-synthesis: 254 cycles of 2.38 ns (github.com/DavideFiacco/Ultra-fast_Neural_Network_Inference_on_FPGA)",
  },
  {
    name: "hand-written VHDL, 4 bit",
    latencyNs: 93.75,
    lut: null,
    source:
      "the same Student, fully unrolled, 1-bit pixels: 30 register stages counted in the sources at 3.125 ns; no resources, no timing closure published (github.com/Lsabetta/Vivado_CNN)",
  },
  {
    name: "RPC MLP 2022",
    latencyNs: 122,
    lut: 5_000,
    source:
      "a multilayer perceptron for barrel RPC hits at 320 MHz, about 5,000 LUT and 157 DSP (Ospanov et al., Eur. Phys. J. C 82 (2022) 576)",
  },
];

/** A number of the published tables that does not follow from the others. */
export interface Misprint {
  readonly what: string;
  readonly printed: string;
  readonly should: string;
  readonly why: string;
}

/** What is misprinted in the published tables, and what the other numbers say. */
export const MISPRINTS: readonly Misprint[] = [
  {
    what: "parameters of the Student",
    printed: "732",
    should: "1,032",
    why: "the layers' rows add up to it; the fourth convolution has 330, not 30",
  },
  {
    what: "FF compression of QStudent 3 bit",
    printed: "218",
    should: "206.9",
    why: "2.4 M / 11.6 k",
  },
  {
    what: "LUT compression of Student 32 bit",
    printed: "8.5",
    should: "8.57",
    why: "265.6 k / 31 k, truncated",
  },
];
