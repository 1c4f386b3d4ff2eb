import { z } from "zod";

import { artifactHeader } from "./provenance.js";
import { FloatTensor } from "./tensor.js";

/** A fraction k/n with its Clopper-Pearson interval at the stated confidence level. */
export const Proportion = z.strictObject({
  passed: z.int().nonnegative(),
  total: z.int().nonnegative(),
  /** passed / total, or null when total is 0. */
  value: z.number().nullable(),
  low: z.number(),
  high: z.number(),
  confidence: z.number(),
});
export type Proportion = z.infer<typeof Proportion>;

export const TurnOnBin = z.strictObject({
  /** True pT range [low, high) in GeV. */
  ptLowGeV: z.number(),
  ptHighGeV: z.number(),
  efficiency: Proportion,
});
export type TurnOnBin = z.infer<typeof TurnOnBin>;

/** What a trigger physicist asks of a model. */
export const TriggerPerformance = z.strictObject({
  ...artifactHeader("trigger-performance"),
  /** Trigger threshold on predicted pT, in GeV. */
  thresholdGeV: z.number(),
  turnOn: z.array(TurnOnBin).readonly(),
  /** Efficiency for true pT in [15, 20] GeV. */
  plateau: Proportion,
  /** One-sided 95 % lower limit of the plateau. */
  plateauLowerLimit: z.number(),
  /** Fraction of background events at or above the threshold. */
  fakeRate: Proportion,
  /** One-sided 95 % Clopper-Pearson upper limit of the fake rate. */
  fakeRateUpperLimit: z.number(),
  /** Of predicted - true pT for true pT within 1 GeV of the threshold; null without such events. */
  resolution: z
    .strictObject({
      biasGeV: z.number(),
      stdGeV: z.number(),
      /** Half of the 16-84 % width. */
      halfWidth68GeV: z.number(),
      events: z.int(),
    })
    .nullable(),
  /** RMS of predicted - true local eta target over muons, in pixels of the full image; null without muons. */
  etaResolutionPx: z.number().nullable(),
});
export type TriggerPerformance = z.output<typeof TriggerPerformance>;

/** Predictions of one model beside the truth, in physical units. */
export const Predictions = z.strictObject({
  ...artifactHeader("predictions"),
  /** Who predicted, such as `QStudent 4 bit (integer)`. */
  model: z.string(),
  /** (n, 2): [pT in GeV, eta] */
  predicted: FloatTensor,
  /** (n, 2): [pT in GeV, 0 for background; eta] */
  truth: FloatTensor,
});
export type Predictions = z.output<typeof Predictions>;
