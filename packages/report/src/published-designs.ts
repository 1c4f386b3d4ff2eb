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
