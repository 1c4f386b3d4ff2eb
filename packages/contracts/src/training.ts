import { z } from "zod";

import { FixedPointType } from "./fixed-point-type.js";
import { NetworkSpec } from "./network.js";
import { artifactHeader, Provenance } from "./provenance.js";
import { QuantScheme } from "./quant.js";
import { FloatTensor } from "./tensor.js";

/** How labels become targets: `target = (label - offset) / scale`, for pT in GeV and eta. */
export const LabelScaling = z.strictObject({
  /** pT in GeV is target times this. */
  ptScaleGeV: z.number().positive(),
  /**
   * `window`: eta target = (x0 - 32 w) / 32 within the chosen window w, and global
   * eta = 1.05 (32 w + 32 target) / 384. `global`: eta target = eta / 1.05.
   */
  eta: z.enum(["window", "global"]),
});
export type LabelScaling = z.infer<typeof LabelScaling>;

/** Who computes: part of every digest, since it changes bytes. */
export const BackendSpec = z.strictObject({
  /** `wasm`: the embedded default; `tensorflow`: @tensorflow/tfjs-node; `cpu`: plain JavaScript. */
  name: z.enum(["wasm", "tensorflow", "cpu"]),
  /**
   * Kernel set on the wasm backend: `simd` is bit-stable across hosts, `relaxed` is not; `native`
   * (the optional addon, fused multiply-add) has bits of its own, the same on AVX2 and AVX-512.
   */
  kernels: z.enum(["simd", "relaxed", "native"]).nullable().default(null),
});
export type BackendSpec = z.output<typeof BackendSpec>;

/** How a network is trained. */
export const TrainConfig = z.strictObject({
  epochs: z.int().min(1),
  batchSize: z.int().min(1),
  /** Adam's step size at the start. */
  learningRate: z.number().positive().default(1e-3),
  /** The step size falls to this fraction of `learningRate`; 1 keeps it constant. */
  finalLearningRateFraction: z.number().positive().max(1).default(1),
  /** Along which curve it falls: half a cosine, a line, or by the same factor in every step. */
  learningRateSchedule: z.enum(["cosine", "linear", "exponential"]).default("cosine"),
  /** Weight of the eta term in the loss; the pT term has weight 1. */
  etaWeight: z.number().nonnegative().default(1),
  /** How many dead starts may be restarted with the next derived seed. */
  maxRestarts: z.int().nonnegative().default(5),
  /** Stop after this many epochs without a lower validation loss; null trains all epochs. */
  patience: z.int().min(1).nullable().default(null),
  /**
   * Parts of each batch whose gradients are computed one by one and summed in this order. It
   * changes bytes; how many workers share the parts does not.
   */
  trainShards: z.int().min(1).max(256).default(1),
});
export type TrainConfig = z.output<typeof TrainConfig>;
export type TrainConfigInput = z.input<typeof TrainConfig>;

/** Mean losses of one epoch; squared errors of scaled targets. */
export const EpochMetrics = z.strictObject({
  /** Counted from 1, over restarts of the same training. */
  epoch: z.int().min(1),
  /** Which start this epoch belongs to, from 0. */
  restart: z.int().nonnegative(),
  trainLoss: z.number(),
  validationLoss: z.number(),
  learningRate: z.number(),
});
export type EpochMetrics = z.infer<typeof EpochMetrics>;

/** What a training tells of itself. */
export const TrainingMetrics = z.strictObject({
  epochs: z.array(EpochMetrics).readonly(),
  /** Validation loss of the best constant predictor, the bar a living network passes. */
  constantLoss: z.number().nonnegative(),
  /** Dead starts that were thrown away. */
  restarts: z.int().nonnegative(),
  /** Epoch (counted as in `epochs`) whose weights were kept: the one with the lowest validation loss. */
  bestEpoch: z.int().min(1).optional(),
});
export type TrainingMetrics = z.infer<typeof TrainingMetrics>;

/** A weight of a trained network, `<layer>/kernel` or `<layer>/bias`. */
export const NamedWeights = z.record(z.string(), FloatTensor);
export type NamedWeights = z.output<typeof NamedWeights>;

/**
 * A trained network: spec, float32 weights by name (`conv1a/kernel` (kh, kw, cin, cout),
 * `dense1/kernel` (in, out), `.../bias` (cout)), the quantizers it was trained with and how its
 * outputs are to be read.
 */
export const TrainedModel = z.strictObject({
  ...artifactHeader("trained-model"),
  spec: NetworkSpec,
  /** null for a floating-point network. */
  quantScheme: QuantScheme.nullable(),
  /** The fixed-point type of input pixels, which holds every input value exactly. */
  inputType: FixedPointType,
  labelScaling: LabelScaling,
  weights: NamedWeights,
  metrics: TrainingMetrics,
  provenance: Provenance,
});
export type TrainedModel = z.output<typeof TrainedModel>;
