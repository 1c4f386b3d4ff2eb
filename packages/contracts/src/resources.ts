import { z } from "zod";

import { artifactHeader } from "./provenance.js";

/** Amounts of the five kinds of FPGA resource. */
export const Resources = z.strictObject({
  lut: z.number().nonnegative(),
  ff: z.number().nonnegative(),
  dsp: z.number().nonnegative(),
  /** 18 Kb block RAMs; a 36 Kb tile counts as two. */
  bram18: z.number().nonnegative(),
  uram: z.number().nonnegative(),
});
export type Resources = z.infer<typeof Resources>;
export type ResourceKind = keyof Resources;

const perKind = <S extends z.ZodType>(schema: S) =>
  z.strictObject({ lut: schema, ff: schema, dsp: schema, bram18: schema, uram: schema });

/** {@link Resources} as a report states them: null where it says nothing, which is not 0. */
export const ReportedResources = perKind(z.number().nonnegative().nullable());
export type ReportedResources = z.infer<typeof ReportedResources>;

/** An FPGA and what it holds. */
export const Device = z.strictObject({
  name: z.string(),
  family: z.string(),
  available: Resources,
  /** Where the figures come from. */
  source: z.string(),
});
export type Device = z.infer<typeof Device>;

/** The FPGA of a report: a {@link Device}, or what a vendor tool says of the part it compiled for. */
export const ReportedDevice = z.strictObject({
  /** As the report prints it: `xcvu13p`, `xcu250-figd2104-2L-e` or, from Vivado, `7z020clg400-1`. */
  name: z.string(),
  family: z.string().nullable(),
  available: ReportedResources,
  source: z.string(),
});
export type ReportedDevice = z.infer<typeof ReportedDevice>;

const Band = z.tuple([z.number().nonnegative(), z.number().nonnegative()]).readonly();

/**
 * [low, high] of each resource: 90 % of designs lie within. What a tool has counted is exact, [v, v];
 * null where the total is.
 */
export const ResourceBand = perKind(Band.nullable());
export type ResourceBand = z.infer<typeof ResourceBand>;

/** Who says so: a number without its source is not printed. */
export const ReportSource = z.enum([
  "estimate",
  "yosys",
  "vitis-hls",
  "vivado-hls",
  /** Vivado HLS or Vitis HLS: logs of simulations do not say which. */
  "hls",
  "vivado-synth",
  /** Vivado after placement or routing. */
  "vivado-route",
  /** Printed in a publication, and rounded there. */
  "published",
]);
export type ReportSource = z.infer<typeof ReportSource>;

/**
 * The step of the flow that a number is from, or is like. They are not comparable with each other:
 * C-synthesis counts about twice the LUTs that synthesis leaves, and simulations count none.
 */
export const ReportStep = z.enum([
  "csim",
  "csynth",
  "cosim",
  "synthesis",
  "post-place",
  "post-route",
]);
export type ReportStep = z.infer<typeof ReportStep>;

const Cycles = z.int().nonnegative();

/** Clock cycles over the cases that a tool has looked at. */
export const CycleRange = z.strictObject({
  min: Cycles.nullable(),
  average: z.number().nonnegative().nullable(),
  max: Cycles.nullable(),
});
export type CycleRange = z.infer<typeof CycleRange>;

/** One layer of a design, or one instance that a vendor tool lists below the top function. */
export const LayerResources = z.strictObject({
  name: z.string(),
  ...ReportedResources.shape,
  /**
   * From the layer's start to its last output in a vendor report; in an estimate the cycles that it
   * adds to the design. Layers of a streaming design overlap. Null when not known.
   */
  latencyCycles: Cycles.nullable(),
});
export type LayerResources = z.infer<typeof LayerResources>;

/** What a design needs of a device, and how fast it is. Null means: not stated. */
export const ResourceReport = z.strictObject({
  ...artifactHeader("resource-report"),
  source: ReportSource,
  like: ReportStep,
  /** Tool and version in the report's own words, such as `Vitis HLS 2023.1`. */
  tool: z.string().nullable(),
  /** Name of the network, or of the top function. */
  design: z.string().nullable(),
  device: ReportedDevice.nullable(),
  /** The clock period that was asked for. */
  clockNs: z.number().positive().nullable(),
  /** The clock period that timing analysis allows: HLS's estimate, or the target minus the WNS. */
  estimatedClockNs: z.number().nonnegative().nullable(),
  /** Worst negative slack of setup; negative when the design misses its clock. */
  wnsNs: z.number().nullable(),
  /** What the tool says of itself: simulation without errors, timing met. */
  passed: z.boolean().nullable(),
  /** Rows of the layers or instances; what lies outside them is the rest of the total. */
  perLayer: z.array(LayerResources).readonly(),
  total: ReportedResources,
  band: ResourceBand,
  /** In the worst case. */
  latencyCycles: Cycles.nullable(),
  latencyCyclesRange: CycleRange.nullable(),
  /** Clock cycles between two images, in the worst case. */
  initiationInterval: Cycles.nullable(),
  initiationIntervalRange: CycleRange.nullable(),
  /** What the design takes per clock, such as `1 pixel per clock`: a latency means nothing without it. */
  input: z.string().nullable(),
});
export type ResourceReport = z.output<typeof ResourceReport>;

/** A {@link ResourceReport} that leaves nothing out, as an estimate does not. */
export const ResourceEstimate = z.strictObject({
  ...ResourceReport.shape,
  design: z.string(),
  device: Device,
  clockNs: z.number().positive(),
  perLayer: z.array(z.strictObject({ ...LayerResources.shape, ...Resources.shape })).readonly(),
  total: Resources,
  band: perKind(Band),
  latencyCycles: Cycles,
  initiationInterval: z.int().min(1),
  input: z.string(),
});
export type ResourceEstimate = z.output<typeof ResourceEstimate>;
