import { z } from "zod";

import { Pooling, WindowChoice } from "./dataset.js";
import { FixedPointType } from "./fixed-point-type.js";
import { Label, Pads } from "./integer-network.js";
import { Activation, LayerName } from "./network.js";
import { artifactHeader } from "./provenance.js";
import { FileTree, pathsFault } from "./relative-path.js";

/** Periods of a clock that any FPGA may have, in ns. */
export const ClockPeriodNs = z.number().min(0.1).max(1000);

export const HlsStrategy = z.enum(["latency", "resource"]);
export type HlsStrategy = z.infer<typeof HlsStrategy>;

/** Overrides for one layer. */
export const HlsLayerConfig = z.strictObject({
  strategy: HlsStrategy.optional(),
  reuseFactor: z.int().min(1).optional(),
  parallelizationFactor: z.int().min(1).optional(),
});
export type HlsLayerConfig = z.output<typeof HlsLayerConfig>;

/** The front end that turns 9 x 384 strip bits into the network's 9 x 16 image. */
export const FragmenterConfig = z.strictObject({
  windows: WindowChoice.default("disjoint"),
  pooling: Pooling.default("average"),
});
export type FragmenterConfig = z.output<typeof FragmenterConfig>;

const amount = z.int().nonnegative();
/** What a user says that a part holds. */
export const GivenResources = z.strictObject({
  lut: amount.min(1),
  ff: amount.min(1),
  dsp: amount,
  /** 18 Kb block RAMs; a 36 Kb tile counts as two. */
  bram18: amount,
  uram: amount.default(0),
});
export type GivenResources = z.output<typeof GivenResources>;

/** How firmware is generated; hls4ml's words in camel case. */
export const HlsConfig = z.strictObject({
  /** Name of the top function and of the project. */
  projectName: LayerName.max(64).default("myproject"),
  backend: z.enum(["vitis", "vivado"]).default("vitis"),
  ioType: z.enum(["io_stream", "io_parallel"]).default("io_stream"),
  strategy: HlsStrategy.default("latency"),
  reuseFactor: z.int().min(1).default(1),
  /** Output pixels that a convolution computes side by side, io_parallel only. */
  parallelizationFactor: z.int().min(1).default(1),
  /**
   * `hls4ml`: that project's layers (activations, zero padding and scales on their own), numbers,
   * weight order and FIFO depths, for those who compare with it.
   */
  compat: z.literal("hls4ml").nullable().default(null),
  /**
   * How deep streams are: `analytic`, as deep as elements ever wait in them; `image`, one place for
   * every pixel of the image, as hls4ml has it.
   */
  fifoDepth: z.enum(["analytic", "image"]).default("analytic"),
  /** The front end from strip bits to the network's input; null without one. */
  fragmenter: FragmenterConfig.nullable().default(null),
  /** Overrides by layer name. */
  layers: z.record(Label, HlsLayerConfig).optional(),
  clockPeriodNs: ClockPeriodNs.default(2),
  /** Share of the period that synthesis keeps in reserve; the backend's own (27 or 12.5) when left out. */
  clockUncertaintyPercent: z.number().min(0).max(90).optional(),
  part: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "must be a part number such as xcvu13p-flga2577-2-e")
    .default("xcvu13p-flga2577-2-e"),
  /** What the part holds, in place of the device table; for parts that it lacks. */
  device: GivenResources.optional(),
});
export type HlsConfig = z.output<typeof HlsConfig>;
export type HlsConfigInput = z.input<typeof HlsConfig>;

/** What lies between two layers. */
export const HlsFifo = z.strictObject({
  /** Variable name in the firmware, such as `layer2_out`. */
  name: z.string(),
  /** Elements that the stream can hold; 1 for the array of an io_parallel layer. */
  depth: z.int().min(1),
  /**
   * Bits of one element: of a pixel's channels in a stream, of the whole image in io_parallel, whose
   * values all lie side by side.
   */
  widthBits: z.int().min(1),
});
export type HlsFifo = z.infer<typeof HlsFifo>;

const Shape = z.tuple([z.int(), z.int(), z.int()]).readonly();
const Pair = z.tuple([z.int(), z.int()]).readonly();

const common = {
  /**
   * Index in the firmware, counted as hls4ml does: the input is 1, and a layer's absorbed linear
   * activation and its relu take one number each, so that weights keep the names they have there.
   */
  index: z.int().min(1),
  /** Name for people. */
  name: Label,
  /** The C++ identifier made from the name. */
  identifier: LayerName,
  /** The layer of the integer network whose results this one gives on; null for a step on the way. */
  resultOf: Label.nullable(),
  inputShape: Shape,
  outputShape: Shape,
  inputType: FixedPointType,
  resultType: FixedPointType,
  /** What this layer writes; a flatten is an alias and gives on its input's. */
  output: HlsFifo,
  /**
   * Clock cycles between two accepted inputs: pixels in io_stream, images in io_parallel.
   */
  initiationInterval: z.int().min(1),
};
/** Index of the layer's entry in `IntegerNetwork.layers`, which holds its constants. */
const sourceLayer = z.int().nonnegative();
const multiplying = {
  strategy: HlsStrategy,
  reuseFactor: z.int().min(1),
  weightType: FixedPointType,
  biasType: FixedPointType,
  accumulatorType: FixedPointType,
  activation: Activation,
  /** Inputs and outputs of the layer's one matrix-vector product. */
  inputs: z.int().min(1),
  outputs: z.int().min(1),
  nonZeroWeights: z.int().nonnegative(),
  sourceLayer,
};
/** Rows kept in the line buffer (window height - 1) and their length in pixels; none in io_parallel. */
const lineBuffer = z.strictObject({ rows: z.int().nonnegative(), length: z.int().nonnegative() });

export const HlsPlanLayer = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("conv2d"),
    ...common,
    ...multiplying,
    kernelSize: Pair,
    strides: Pair,
    pads: Pads,
    /** Output pixels computed side by side: 1 in io_stream. */
    parallelizationFactor: z.int().min(1),
    lineBuffer,
  }),
  z.strictObject({ kind: z.literal("dense"), ...common, ...multiplying }),
  z.strictObject({
    kind: z.enum(["maxPool2d", "averagePool2d"]),
    ...common,
    poolSize: Pair,
    strides: Pair,
    accumulatorType: FixedPointType.nullable(),
    lineBuffer,
  }),
  z.strictObject({ kind: z.literal("activation"), ...common, activation: Activation }),
  z.strictObject({
    kind: z.literal("scale"),
    ...common,
    activation: Activation,
    scaleType: FixedPointType,
    biasType: FixedPointType,
    sourceLayer,
  }),
  z.strictObject({ kind: z.literal("zeroPad2d"), ...common, pads: Pads }),
  z.strictObject({ kind: z.literal("flatten"), ...common }),
]);
export type HlsPlanLayer = z.output<typeof HlsPlanLayer>;

/** Everything that is decided about the firmware before a line of it is written. */
export const HlsPlan = z.strictObject({
  ...artifactHeader("hls-plan"),
  config: HlsConfig,
  /** Name of the integer network the plan was made for. */
  network: Label,
  /** `dataflow`: layers work at the same time on different data; `pipeline`: one pipeline of all. */
  pipelineStyle: z.enum(["dataflow", "pipeline"]),
  input: HlsFifo,
  inputShape: Shape,
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
    ioType: z.enum(["io_stream", "io_parallel"]),
    inputType: FixedPointType,
    inputsPerImage: z.int().min(1),
    /** Values of one stream element, a pixel's channels; all of an image in io_parallel. */
    inputChannels: z.int().min(1),
    outputType: FixedPointType,
    outputsPerImage: z.int().min(1),
    outputChannels: z.int().min(1),
    /** Type of the window's index, which a fragmenter gives besides; null without one. */
    windowType: FixedPointType.nullable(),
  }),
  /** Names of the network's layers by the identifiers that a trace of the firmware prints. */
  traceNames: z.record(z.string(), Label),
  files: FileTree,
  /** Paths that must be executable. */
  executables: z
    .array(z.string())
    .readonly()
    .superRefine((paths, context) => {
      const fault = pathsFault(paths);
      if (fault !== null) context.addIssue({ code: "custom", message: fault });
    }),
});
export type HlsProject = z.output<typeof HlsProject>;
