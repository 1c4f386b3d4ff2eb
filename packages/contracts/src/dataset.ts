import { z } from "zod";

import { artifactHeader, Digest } from "./provenance.js";

/** RPC layers in an image, and its rows. */
export const LAYERS = 9;
/** Eta pixels of a full image. */
export const FULL_WIDTH = 384;
/** Upper edge of the pseudorapidity range [0, ETA_MAX] of the 384 pixels. */
export const ETA_MAX = 1.05;
/**
 * Radii of the nine RPC layers in metres, innermost first: a triplet before the toroid, two
 * doublets within, one outside. The outer six are those of the public toy of Ospanov et al.
 * (EPJC 82 (2022) 576); the radius of the inner triplet is an assumption.
 */
export const LAYER_RADII_M: number[] = [4.55, 4.6, 4.65, 6.8, 6.82, 7.5, 7.52, 9.8, 9.82];

/**
 * Where the events come from: three generators of toy tracks, from textbook to realistic, or
 * `imported` for images that somebody else made, of which only `events`, `windows`, `pooling` and
 * the pT range say anything.
 */
export const DatasetPreset = z.enum(["flat", "calibrated", "helix", "imported"]);
export type DatasetPreset = z.infer<typeof DatasetPreset>;

const probability = z.number().min(0).max(1);
/** From a tenth of a muon's mass to the energy of any collider thought of. */
const ptGeV = z.number().min(0.01).max(100_000);
const radiusM = z.number().min(0.001).max(1000);
/** One value per layer, innermost first. */
const perLayer = <S extends z.ZodType>(value: S) => z.array(value).length(LAYERS);

/**
 * Which windows fragmentation chooses from: 12 disjoint ones of 32 pixels, or 23 that overlap by
 * half.
 */
export const WindowChoice = z.enum(["disjoint", "overlapping"]);
export type WindowChoice = z.infer<typeof WindowChoice>;
/** How two pixels become one: their average (0, 1/2, 1), or their OR (0, 1). */
export const Pooling = z.enum(["average", "or"]);
export type Pooling = z.infer<typeof Pooling>;

/** How toy events are made. */
export const DatasetConfig = z.strictObject({
  preset: DatasetPreset.default("flat"),
  /** Number of events, over all splits. */
  events: z.int().min(1).max(100_000_000),
  seed: z.int().nonnegative().max(Number.MAX_SAFE_INTEGER),
  /** Transverse momentum range in GeV. */
  ptMinGeV: ptGeV.default(3),
  ptMaxGeV: ptGeV.default(20),
  /** Spectrum of pT: its density falls as `pT^-ptPower`; 0 is uniform. */
  ptPower: z.number().nonnegative().max(20).default(0),
  /** Pseudorapidity range. */
  etaMin: z.number().min(0).max(ETA_MAX).default(0),
  etaMax: z.number().min(0).max(ETA_MAX).default(ETA_MAX),
  /** Spectrum of eta: its density falls as `exp(-etaSlope eta)`; 0 is uniform. */
  etaSlope: z.number().nonnegative().max(100).default(0),
  /**
   * Bend of the outermost layer in presets `flat` and `calibrated`: `bendPxGeV / pT` pixels. 90 and
   * 127 when left out; not for `helix`.
   */
  bendPxGeV: z.number().min(0).max(1_000_000).optional(),
  /** Relative Gaussian spread of the bend from muon to muon in preset `calibrated`; 0.25 when left out. */
  bendSpread: z.number().min(0).max(1).optional(),
  /** Field of preset `helix` in tesla; 0.5 when left out. */
  fieldTesla: z.number().min(1e-6).max(10).optional(),
  /** Radius in metres at which the field begins. */
  fieldRadiusM: radiusM.default(4.5),
  /** Radii of the layers in metres, innermost first. */
  layerRadiiM: perLayer(radiusM).default(LAYER_RADII_M),
  /** Gaussian smearing of every hit along eta, in pixels. */
  smearPx: z.number().nonnegative().max(FULL_WIDTH).default(0),
  /** Probability that a layer sees a passing muon: one for all, or one per layer. */
  efficiency: z.union([probability, perLayer(probability)]).default(0.96),
  /** Probability that a hit also fires the neighbouring strip. */
  clusterProbability: probability.default(0.25),
  /** Probability of a noise hit, per pixel. */
  noisePerPixel: probability.default(1e-3),
  /** Factors on `noisePerPixel`, one per layer; all 1 when left out. */
  noiseLayerFactors: perLayer(z.number().min(0).max(1_000_000)).optional(),
  /**
   * Each event has a noise of its own, log-uniform from `noisePerPixel / noiseEventSpread` to
   * `noisePerPixel * noiseEventSpread`; 1 is the same noise for all.
   */
  noiseEventSpread: z.number().min(1).max(1000).default(1),
  /** Strips that never fire, as `384 layer + pixel`. */
  deadStrips: z
    .array(
      z
        .int()
        .min(0)
        .max(LAYERS * FULL_WIDTH - 1),
    )
    .default([]),
  /** Fraction of further strips that never fire, drawn once from the seed. */
  deadStripFraction: probability.default(0),
  /** Fraction of events without a muon. */
  backgroundFraction: probability.default(0.5),
  /** `none`: imported 9x16 images, of which no window was chosen here. */
  windows: z.enum([...WindowChoice.options, "none"]).default("disjoint"),
  pooling: Pooling.default("average"),
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
