import { z } from "zod";

import { InputShape } from "./network-size.js";

/** Whether every object of JavaScript has something of this name, so that none can be looked up by it. */
export const isMemberName = (name: string): boolean => name in Object.prototype;

/** A layer name: a C identifier, since firmware carries it. */
export const LayerName = z
  .string()
  .max(1000)
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, "must be a C identifier (letters, digits, _)")
  .refine((name) => !isMemberName(name), {
    error: ({ input }) => `${String(input)} means something else in JavaScript; rename it`,
  });

const Pair = z.tuple([z.int().min(1), z.int().min(1)]).readonly();
export const Padding = z.enum(["valid", "same"]);
export type Padding = z.infer<typeof Padding>;
export const Activation = z.enum(["linear", "relu"]);
export type Activation = z.infer<typeof Activation>;

export const Conv2dSpec = z.strictObject({
  kind: z.literal("conv2d"),
  name: LayerName,
  filters: z.int().min(1),
  /** [height, width] */
  kernelSize: Pair,
  /** [vertical, horizontal] */
  strides: Pair.default([1, 1]),
  padding: Padding.default("valid"),
  activation: Activation.default("linear"),
});
export type Conv2dSpec = z.output<typeof Conv2dSpec>;

export const DenseSpec = z.strictObject({
  kind: z.literal("dense"),
  name: LayerName,
  units: z.int().min(1),
  activation: Activation.default("linear"),
});
export type DenseSpec = z.output<typeof DenseSpec>;

const pool = <K extends string>(kind: K) =>
  z.strictObject({
    kind: z.literal(kind),
    name: LayerName,
    /** [height, width] */
    poolSize: Pair,
    /** [vertical, horizontal]; the pool size when left out */
    strides: Pair.optional(),
    padding: z.literal("valid").default("valid"),
  });
export const MaxPool2dSpec = pool("maxPool2d");
export type MaxPool2dSpec = z.output<typeof MaxPool2dSpec>;
export const AveragePool2dSpec = pool("averagePool2d");
export type AveragePool2dSpec = z.output<typeof AveragePool2dSpec>;

export const FlattenSpec = z.strictObject({ kind: z.literal("flatten"), name: LayerName });
export type FlattenSpec = z.output<typeof FlattenSpec>;

export const LayerSpec = z.discriminatedUnion("kind", [
  Conv2dSpec,
  DenseSpec,
  MaxPool2dSpec,
  AveragePool2dSpec,
  FlattenSpec,
]);
export type LayerSpec = z.output<typeof LayerSpec>;

/** A sequential network as data: an input image (NHWC without N) and its layers in order. */
export const NetworkSpec = z
  .strictObject({
    name: LayerName,
    /** [height, width, channels] */
    inputShape: InputShape,
    layers: z.array(LayerSpec).min(1).readonly(),
  })
  .refine((spec) => new Set(spec.layers.map((layer) => layer.name)).size === spec.layers.length, {
    error: "layer names must be unique",
    path: ["layers"],
  });
export type NetworkSpec = z.output<typeof NetworkSpec>;
export type NetworkSpecInput = z.input<typeof NetworkSpec>;
