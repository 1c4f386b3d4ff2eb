import { z } from "zod";

import { FixedPointType } from "./fixed-point-type.js";
import { Label } from "./integer-network.js";
import { artifactHeader } from "./provenance.js";

/** Percentiles of {@link SignalProfile}'s `magnitudes`. */
export const MAGNITUDE_PERCENTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** What values of one kind were, against the type that holds them. */
export const SignalProfile = z.strictObject({
  type: FixedPointType,
  /** Smallest and largest value of the type. */
  typeMin: z.number(),
  typeMax: z.number(),
  /** Smallest and largest value that was to be stored. */
  min: z.number(),
  max: z.number(),
  count: z.int().nonnegative(),
  zeros: z.int().nonnegative(),
  /** Values outside the type after rounding: they saturate or wrap around. */
  saturated: z.int().nonnegative(),
  /** Percentiles ({@link MAGNITUDE_PERCENTILES}) of |value| over values that are not 0; null without any. */
  magnitudes: z.array(z.number().positive()).length(MAGNITUDE_PERCENTILES.length).nullable(),
  /** Index of the first value outside the type; null when all fit. */
  firstSaturated: z.int().nonnegative().nullable(),
});
export type SignalProfile = z.output<typeof SignalProfile>;

/** A layer's values against their types. */
export const LayerProfile = z.strictObject({
  name: Label,
  kind: z.enum(["conv2d", "dense", "maxPool2d", "averagePool2d", "activation", "scale", "flatten"]),
  /** Null for layers without weights. */
  weights: SignalProfile.nullable(),
  bias: SignalProfile.nullable(),
  /** Complete sums before they go into the accumulator; null for layers without weights. */
  accumulator: SignalProfile.nullable(),
  /** What the layer was to give on, rounded, before saturation. */
  result: SignalProfile,
});
export type LayerProfile = z.output<typeof LayerProfile>;

/** Where a value first left its type, in the order of layers, accumulator before result. */
export const FirstOverflow = z.strictObject({
  layer: Label,
  signal: z.enum(["accumulator", "result"]),
  /** Index of the image, and of the value in the layer's output (NHWC). */
  image: z.int().nonnegative(),
  index: z.int().nonnegative(),
  type: FixedPointType,
});
export type FirstOverflow = z.output<typeof FirstOverflow>;

/** Ranges of an integer network's values over images. */
export const NetworkProfile = z.strictObject({
  ...artifactHeader("network-profile"),
  images: z.int().nonnegative(),
  layers: z.array(LayerProfile).readonly(),
  firstOverflow: FirstOverflow.nullable(),
});
export type NetworkProfile = z.output<typeof NetworkProfile>;
