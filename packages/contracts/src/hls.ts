import { z } from "zod";

import { FixedPointType } from "./fixed-point-type.js";
import { LayerName } from "./network.js";
import { artifactHeader } from "./provenance.js";

export const HlsStrategy = z.enum(["latency", "resource"]);
export type HlsStrategy = z.infer<typeof HlsStrategy>;

/** How firmware is generated; hls4ml's words in camel case. */
export const HlsConfig = z.strictObject({
  /** Name of the top function and of the project. */
  projectName: LayerName.default("myproject"),
  backend: z.enum(["vitis", "vivado"]).default("vitis"),
  ioType: z.enum(["io_stream", "io_parallel"]).default("io_stream"),
  strategy: HlsStrategy.default("latency"),
  reuseFactor: z.int().min(1).default(1),
  /** Overrides by layer name. */
  layers: z
    .record(
      LayerName,
      z.strictObject({
        strategy: HlsStrategy.optional(),
        reuseFactor: z.int().min(1).optional(),
      }),
    )
    .optional(),
  clockPeriodNs: z.number().positive().default(2),
  part: z.string().min(1).default("xcvu13p-flga2577-2-e"),
});
export type HlsConfig = z.output<typeof HlsConfig>;
export type HlsConfigInput = z.input<typeof HlsConfig>;

/** A stream between two layers. */
export const HlsFifo = z.strictObject({
  /** Variable name in the firmware, such as `layer2_out`. */
  name: z.string(),
  /** Elements the stream can hold. */
  depth: z.int().min(1),
  /** Bits of one element: channels times bits per value. */
  widthBits: z.int().min(1),
});
export type HlsFifo = z.infer<typeof HlsFifo>;

const common = {
  /**
   * Index in the firmware, counted as hls4ml does: the input is 1, and a layer's absorbed linear
   * activation and its relu take one number each, so that weights keep the names they have there.
   */
  index: z.int().min(1),
  name: LayerName,
  inputShape: z.tuple([z.int(), z.int(), z.int()]).readonly(),
  outputShape: z.tuple([z.int(), z.int(), z.int()]).readonly(),
  inputType: FixedPointType,
  resultType: FixedPointType,
  /** The stream this layer writes; a flatten is an alias and gives on its input's stream. */
  output: HlsFifo,
  /** Clock cycles between two accepted input elements. */
  initiationInterval: z.int().min(1),
};
const multiplying = {
  strategy: HlsStrategy,
  reuseFactor: z.int().min(1),
  weightType: FixedPointType,
  biasType: FixedPointType,
  accumulatorType: FixedPointType,
  activation: z.enum(["linear", "relu"]),
  /** Inputs and outputs of the layer's one matrix-vector product. */
  inputs: z.int().min(1),
  outputs: z.int().min(1),
  nonZeroWeights: z.int().nonnegative(),
  /** Index of the layer's entry in `IntegerNetwork.layers`, which holds the weights. */
  sourceLayer: z.int().nonnegative(),
};

export const HlsPlanLayer = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("conv2d"),
    ...common,
    ...multiplying,
    kernelSize: z.tuple([z.int(), z.int()]).readonly(),
    strides: z.tuple([z.int(), z.int()]).readonly(),
    pads: z.strictObject({ top: z.int(), bottom: z.int(), left: z.int(), right: z.int() }),
    /** Rows kept in the line buffer (kernel height - 1) and their length in pixels. */
    lineBuffer: z.strictObject({ rows: z.int().nonnegative(), length: z.int().nonnegative() }),
  }),
  z.strictObject({ kind: z.literal("dense"), ...common, ...multiplying }),
  z.strictObject({
    kind: z.enum(["maxPool2d", "averagePool2d"]),
    ...common,
    poolSize: z.tuple([z.int(), z.int()]).readonly(),
    strides: z.tuple([z.int(), z.int()]).readonly(),
    accumulatorType: FixedPointType.nullable(),
    lineBuffer: z.strictObject({ rows: z.int().nonnegative(), length: z.int().nonnegative() }),
  }),
  z.strictObject({ kind: z.literal("flatten"), ...common }),
]);
export type HlsPlanLayer = z.output<typeof HlsPlanLayer>;

/** Everything that is decided about the firmware before a line of it is written. */
export const HlsPlan = z.strictObject({
  ...artifactHeader("hls-plan"),
  config: HlsConfig,
  /** Name of the integer network the plan was made for. */
  network: LayerName,
  input: HlsFifo,
  inputShape: z.tuple([z.int(), z.int(), z.int()]).readonly(),
  inputType: FixedPointType,
  layers: z.array(HlsPlanLayer).min(1).readonly(),
});
export type HlsPlan = z.output<typeof HlsPlan>;

/** A firmware project as text files by path (forward slashes, relative). */
export const HlsProject = z.strictObject({
  ...artifactHeader("hls-project"),
  projectName: LayerName,
  /** What the top function reads and writes per image, in NHWC order. */
  interface: z.strictObject({
    inputType: FixedPointType,
    inputsPerImage: z.int().min(1),
    outputType: FixedPointType,
    outputsPerImage: z.int().min(1),
  }),
  files: z.record(z.string(), z.string()),
  /** Paths that must be executable. */
  executables: z.array(z.string()).readonly(),
});
export type HlsProject = z.output<typeof HlsProject>;
