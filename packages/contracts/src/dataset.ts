import { z } from "zod";

import { artifactHeader, Digest } from "./provenance.js";

/** RPC layers in an image, and its rows. */
export const LAYERS = 9;
/** Eta pixels of a full image. */
export const FULL_WIDTH = 384;
/** Upper edge of the pseudorapidity range [0, ETA_MAX] of the 384 pixels. */
export const ETA_MAX = 1.05;

/** The generators of toy tracks, from textbook to realistic. */
export const DatasetPreset = z.enum(["flat"]);
export type DatasetPreset = z.infer<typeof DatasetPreset>;

/** How toy events are made. */
export const DatasetConfig = z.strictObject({
  preset: DatasetPreset.default("flat"),
  /** Number of events, over all splits. */
  events: z.int().min(1).max(100_000_000),
  seed: z.int().nonnegative().max(Number.MAX_SAFE_INTEGER),
  /** Transverse momentum range in GeV, uniform. */
  ptMinGeV: z.number().positive().default(3),
  ptMaxGeV: z.number().positive().default(20),
  /** Bend of the outermost layer: `bendPxGeV / pT` pixels. */
  bendPxGeV: z.number().nonnegative().default(90),
  /** Probability that a layer sees a passing muon. */
  efficiency: z.number().min(0).max(1).default(0.96),
  /** Probability that a hit also fires the neighbouring strip. */
  clusterProbability: z.number().min(0).max(1).default(0.25),
  /** Probability of a noise hit, per pixel. */
  noisePerPixel: z.number().min(0).max(1).default(1e-3),
  /** Fraction of events without a muon. */
  backgroundFraction: z.number().min(0).max(1).default(0.5),
});
export type DatasetConfig = z.output<typeof DatasetConfig>;
/** {@link DatasetConfig} as a user writes it: defaults may be left out. */
export type DatasetConfigInput = z.input<typeof DatasetConfig>;

/** Sizes of the splits, in event order: first train, then validation, then test. */
export const DatasetSplit = z.strictObject({
  train: z.int().nonnegative(),
  validation: z.int().nonnegative(),
  test: z.int().nonnegative(),
});
export type DatasetSplit = z.infer<typeof DatasetSplit>;

/** What is known of a stored dataset without opening its arrays. */
export const DatasetInfo = z.strictObject({
  ...artifactHeader("dataset"),
  config: DatasetConfig,
  events: z.int().nonnegative(),
  muons: z.int().nonnegative(),
  /** Digest over shapes, dtypes and contents, independent of file layout. */
  digest: Digest,
});
export type DatasetInfo = z.infer<typeof DatasetInfo>;
