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

/** An FPGA and what it holds. */
export const Device = z.strictObject({
  name: z.string(),
  family: z.string(),
  available: Resources,
  /** Where the figures come from. */
  source: z.string(),
});
export type Device = z.infer<typeof Device>;

const Interval = z.tuple([z.number().nonnegative(), z.number().nonnegative()]).readonly();

/** [low, high] of each resource, 90 % of designs lie within. */
export const ResourceBand = z.strictObject({
  lut: Interval,
  ff: Interval,
  dsp: Interval,
  bram18: Interval,
  uram: Interval,
});
export type ResourceBand = z.infer<typeof ResourceBand>;

/** Who says so: a number without its source is not printed. */
export const ReportSource = z.enum([
  "estimate",
  "yosys",
  "vitis-hls",
  "vivado-hls",
  "vivado-synth",
  "vivado-route",
]);
export type ReportSource = z.infer<typeof ReportSource>;

/** What a design needs of a device, and how fast it is. */
export const ResourceReport = z.strictObject({
  ...artifactHeader("resource-report"),
  source: ReportSource,
  /** Which tool's number this is like: HLS C-synthesis counts about twice the LUTs that synthesis leaves. */
  like: z.enum(["csynth", "synthesis"]),
  device: Device,
  clockNs: z.number().positive(),
  perLayer: z.array(z.strictObject({ name: z.string(), ...Resources.shape })).readonly(),
  total: Resources,
  band: ResourceBand,
  latencyCycles: z.int().nonnegative(),
  /** Clock cycles between two images. */
  initiationInterval: z.int().min(1),
  /** What the design takes per clock, such as `1 pixel per clock`: a latency means nothing without it. */
  input: z.string(),
});
export type ResourceReport = z.output<typeof ResourceReport>;
