import { z } from "zod";

import { FixedPointType } from "./fixed-point-type.js";
import { Activation, isMemberName } from "./network.js";
import { InputShape, layerSize, sizeFault } from "./network-size.js";
import { printable } from "./printable.js";
import { artifactHeader, Provenance } from "./provenance.js";
import { IntTensor } from "./tensor.js";
import { LabelScaling } from "./training.js";

/** [height, width, channels] of one image; dense layers use [1, 1, n]. */
const ImageShape = z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]).readonly();
const Pair = z.tuple([z.int().min(1), z.int().min(1)]).readonly();

/**
 * What a layer or network is called, as its users wrote it: any text that can be seen, since networks
 * come from other tools too. Firmware carries an identifier made from it.
 */
export const Label = z
  .string()
  .min(1)
  .max(1000)
  .refine((name) => !name.includes("\n") && !name.includes("\t") && printable(name) === name, {
    error: ({ input }) =>
      `the name ${printable(JSON.stringify(input))} has characters that can not be seen; rename it`,
  })
  .refine((name) => !isMemberName(name), {
    error: ({ input }) => `${String(input)} means something else in JavaScript; rename it`,
  });

const common = {
  name: Label,
  inputShape: ImageShape,
  outputShape: ImageShape,
  /** Type of every element this layer gives on. */
  resultType: FixedPointType,
};
const arithmetic = {
  weightType: FixedPointType,
  biasType: FixedPointType,
  /**
   * `acc = cast(bias)`, then `acc = cast(acc + weight * x)` for each product, exact before each
   * cast; the result is `cast<resultType>(activation(acc))`.
   */
  accumulatorType: FixedPointType,
  /** `relu`: max(0, acc) before the cast to the result type. */
  activation: Activation,
};

/** Zeros added around an image. */
export const Pads = z.strictObject({
  top: z.int().nonnegative(),
  bottom: z.int().nonnegative(),
  left: z.int().nonnegative(),
  right: z.int().nonnegative(),
});
export type Pads = z.infer<typeof Pads>;

export const IntegerConv2d = z.strictObject({
  kind: z.literal("conv2d"),
  ...common,
  ...arithmetic,
  kernelSize: Pair,
  strides: Pair,
  pads: Pads,
  /** (kh, kw, cin, cout), in units of the weight type's least significant bit. */
  weights: IntTensor,
  /** (cout), in units of the bias type's least significant bit. */
  bias: IntTensor,
});
export type IntegerConv2d = z.output<typeof IntegerConv2d>;

export const IntegerDense = z.strictObject({
  kind: z.literal("dense"),
  ...common,
  ...arithmetic,
  /** (in, out), in units of the weight type's least significant bit; inputs in NHWC order. */
  weights: IntTensor,
  /** (out), in units of the bias type's least significant bit. */
  bias: IntTensor,
});
export type IntegerDense = z.output<typeof IntegerDense>;

export const IntegerMaxPool2d = z.strictObject({
  kind: z.literal("maxPool2d"),
  ...common,
  poolSize: Pair,
  strides: Pair,
});
export type IntegerMaxPool2d = z.output<typeof IntegerMaxPool2d>;

export const IntegerAveragePool2d = z.strictObject({
  kind: z.literal("averagePool2d"),
  ...common,
  poolSize: Pair,
  strides: Pair,
  /** Holds the window's sum exactly; the mean is then cast to the result type. */
  accumulatorType: FixedPointType,
});
export type IntegerAveragePool2d = z.output<typeof IntegerAveragePool2d>;

/** An activation or a cast on its own: the result is `cast<resultType>(activation(x))`. */
export const IntegerActivation = z.strictObject({
  kind: z.literal("activation"),
  ...common,
  activation: Activation,
});
export type IntegerActivation = z.output<typeof IntegerActivation>;

/**
 * One factor and one offset per channel, such as a quantizer's scale that is kept out of the weights:
 * the result is `cast<resultType>(activation(scale * x + bias))`, exact before the cast.
 */
export const IntegerScale = z.strictObject({
  kind: z.literal("scale"),
  ...common,
  activation: Activation,
  scaleType: FixedPointType,
  biasType: FixedPointType,
  /** (channels), in units of the scale type's least significant bit. */
  scale: IntTensor,
  /** (channels), in units of the bias type's least significant bit. */
  bias: IntTensor,
});
export type IntegerScale = z.output<typeof IntegerScale>;

export const IntegerFlatten = z.strictObject({ kind: z.literal("flatten"), ...common });
export type IntegerFlatten = z.output<typeof IntegerFlatten>;

export const IntegerLayer = z.discriminatedUnion("kind", [
  IntegerConv2d,
  IntegerDense,
  IntegerMaxPool2d,
  IntegerAveragePool2d,
  IntegerActivation,
  IntegerScale,
  IntegerFlatten,
]);
export type IntegerLayer = z.output<typeof IntegerLayer>;

/** What makes integer layers too large to work with, in a sentence; null when nothing does. */
export function integerSizeFault(layers: readonly IntegerLayer[]): string | null {
  return sizeFault(
    layers.map((layer) => {
      const { name, inputShape, outputShape } = layer;
      const common = { name, inputShape, outputShape };
      if (layer.kind === "conv2d") {
        const { top, bottom, left, right } = layer.pads;
        const pads = [top + bottom, left + right] as const;
        return layerSize({ ...common, pads, window: layer.kernelSize, multiplies: true });
      }
      if (layer.kind === "dense") return layerSize({ ...common, multiplies: true });
      return layerSize("poolSize" in layer ? { ...common, window: layer.poolSize } : common);
    }),
  );
}

const IntegerLayers = z
  .array(IntegerLayer)
  .min(1)
  .readonly()
  .superRefine((layers, context) => {
    const fault = integerSizeFault(layers);
    if (fault !== null) context.addIssue({ code: "custom", message: fault });
  });

/**
 * A network as integers only: two readers of it must agree bit for bit. Images are integers in
 * units of the input type's least significant bit, NHWC.
 */
export const IntegerNetwork = z.strictObject({
  ...artifactHeader("integer-network"),
  name: Label,
  /**
   * How accumulator and result types were found: `interval`, as wide as values can be; `hls4ml`, by
   * that project's rule; `uniform`, one type for every number.
   */
  typeRule: z.enum(["interval", "hls4ml", "uniform"]),
  inputShape: InputShape,
  inputType: FixedPointType,
  layers: IntegerLayers,
  labelScaling: LabelScaling,
  provenance: Provenance,
});
export type IntegerNetwork = z.output<typeof IntegerNetwork>;
