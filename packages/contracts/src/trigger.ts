import { z } from "zod";

import { artifactHeader } from "./provenance.js";
import { FloatTensor, IntTensor } from "./tensor.js";

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

/** A value and its error of one standard deviation, both in the unit of the field that holds them. */
export const Measurement = z.strictObject({ value: z.number(), error: z.number().nonnegative() });
export type Measurement = z.infer<typeof Measurement>;

/** A value with its interval at 68.27 %, in the unit of the field that holds them. */
export const Interval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

export const TurnOnBin = z.strictObject({
  /** True pT range [low, high) in GeV. */
  ptLowGeV: z.number(),
  ptHighGeV: z.number(),
  efficiency: Proportion,
});
export type TurnOnBin = z.infer<typeof TurnOnBin>;

/** Efficiency in a range [low, high) of true pseudorapidity. */
export const EtaBin = z.strictObject({
  etaLow: z.number(),
  etaHigh: z.number(),
  efficiency: Proportion,
});
export type EtaBin = z.infer<typeof EtaBin>;

/** Why a figure that needs more than the events can tell is not there. */
const notKnown = z.strictObject({
  status: z.literal("none"),
  /** One sentence for the reader, such as `no event passes: there is no turn-on to fit`. */
  reason: z.string(),
});

/**
 * Maximum-likelihood fit of
 * `efficiency(pT) = floor + (plateau - floor) / 2 (1 + erf((pT - mu) / (sqrt(2) sigma)))`, averaged
 * over each bin, to the counts of the turn-on; or why there is none.
 */
export const TurnOnFit = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("fitted"),
    plateau: Measurement,
    /** True pT halfway up the rise. */
    muGeV: Measurement,
    /** Width of the rise, as standard deviation. */
    sigmaGeV: Measurement,
    /** Efficiency far below the rise: muons whose pT is mistaken altogether. */
    floor: Measurement,
    /** 4 x 4, in the order plateau, muGeV, sigmaGeV, floor; its diagonal holds the squared errors. */
    covariance: z.array(z.array(z.number()).length(4).readonly()).length(4).readonly(),
    /**
     * Parameters that were held, with error and covariances 0 that say nothing: a plateau at 1 or a
     * floor at 0, the edges of what is possible, or a floor that was not asked for.
     */
    held: z.array(z.enum(["plateau", "floor"])).readonly(),
    /** True pT from 10 % to 90 % of the rise: 2 x 1.28155 sigma. */
    width1090GeV: Measurement,
    /** Likelihood-ratio chi-square of the counts (Baker and Cousins). */
    chi2: z.number().nonnegative(),
    /** Bins with events minus fitted parameters. */
    ndf: z.int().nonnegative(),
    /** True pT range of the bins that were fitted, in GeV. */
    ptLowGeV: z.number(),
    ptHighGeV: z.number(),
    /** The curve to draw, from ptLowGeV to ptHighGeV, with its error of one standard deviation. */
    curve: z
      .array(z.strictObject({ ptGeV: z.number(), efficiency: z.number(), error: z.number() }))
      .readonly(),
  }),
  notKnown,
]);
export type TurnOnFit = z.infer<typeof TurnOnFit>;

/** Spread of residuals of pT in a range of true pT, with errors of one standard deviation. */
export const PtResolution = z.strictObject({
  /** True pT range in GeV. */
  ptLowGeV: z.number(),
  ptHighGeV: z.number(),
  /** Muons in the range. */
  events: z.int().min(1),
  /** Mean of predicted - true pT. */
  biasGeV: z.number(),
  biasErrorGeV: z.number(),
  /** Standard deviation about the mean. */
  stdGeV: z.number(),
  stdErrorGeV: z.number(),
  /** Half of the 15.87-84.13 % width: one sigma of a Gaussian, whatever the tails. */
  halfWidth68GeV: z.number(),
  halfWidth68ErrorGeV: z.number(),
  /**
   * Of curvature: the relative residual of 1/pT, `(1/predicted - 1/true) / (1/true)`, over muons of
   * positive predicted pT (the others have no curvature); null when there are none.
   */
  inversePt: z
    .strictObject({
      events: z.int().min(1),
      bias: z.number(),
      biasError: z.number(),
      std: z.number(),
      stdError: z.number(),
      halfWidth68: z.number(),
      halfWidth68Error: z.number(),
    })
    .nullable(),
});
export type PtResolution = z.infer<typeof PtResolution>;

/** Spread of predicted - true eta over muons, with errors of one standard deviation. */
export const EtaResolution = z.strictObject({
  events: z.int().min(1),
  /** Of the position, in pixels of the full image (1.05 / 384 in pseudorapidity). */
  biasPx: z.number(),
  biasErrorPx: z.number(),
  stdPx: z.number(),
  stdErrorPx: z.number(),
  halfWidth68Px: z.number(),
  halfWidth68ErrorPx: z.number(),
});
export type EtaResolution = z.infer<typeof EtaResolution>;

/** What a trigger does at one threshold, with 95 % limits. */
export const ScanPoint = z.strictObject({
  thresholdGeV: z.number(),
  plateau: Proportion,
  plateauLowerLimit: z.number(),
  fakeRate: Proportion,
  fakeRateUpperLimit: z.number(),
});
export type ScanPoint = z.infer<typeof ScanPoint>;

/** The threshold at which a target is met, for comparing models at equal footing. */
export const WorkingPoint = z.strictObject({
  target: z.number(),
  /** null when no threshold meets the target with these events. */
  point: ScanPoint.nullable(),
});
export type WorkingPoint = z.infer<typeof WorkingPoint>;

/** Density of true muons in pT: `pT^-power`, or `exp(-slopePerGeV pT)`. */
export const MuonSpectrum = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("power"),
    power: z.number().gt(1, "must be above 1, or there are infinitely many muons above threshold"),
  }),
  z.strictObject({ kind: z.literal("exponential"), slopePerGeV: z.number().positive() }),
]);
export type MuonSpectrum = z.infer<typeof MuonSpectrum>;

/**
 * Trigger rate for a falling muon spectrum, or why it is not known. Muons below the lowest bin are
 * not counted; above the highest bin the plateau efficiency is taken.
 */
export const TriggerRate = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("known"),
    spectrum: MuonSpectrum,
    /** Accepted muons over muons of true pT at or above the threshold: 1 for an ideal trigger. */
    relativeMuonRate: Interval,
    /** Its part from muons of true pT below the threshold: 0 for an ideal trigger. */
    relativeBelowThreshold: Interval,
    /** Time between two images, in ns. */
    bunchCrossingNs: z.number().positive(),
    /** Fakes per second when every crossing gives one image of background; null without background. */
    fakeHz: Interval.nullable(),
    /** Muons of true pT at or above the threshold per second, as given; null when it was not. */
    muonHz: z.number().nullable(),
    /** Accepted muons and fakes per second; null when one of them is not known. */
    totalHz: Interval.nullable(),
  }),
  notKnown,
]);
export type TriggerRate = z.infer<typeof TriggerRate>;

/** What a trigger physicist asks of a model. */
export const TriggerPerformance = z.strictObject({
  ...artifactHeader("trigger-performance"),
  /** Trigger threshold on predicted pT, in GeV. */
  thresholdGeV: z.number(),
  /** Muons and background events that were evaluated. */
  muons: z.int().nonnegative(),
  background: z.int().nonnegative(),
  turnOn: z.array(TurnOnBin).readonly(),
  turnOnFit: TurnOnFit,
  /**
   * True pT at which the turn-on rises through an efficiency of 1/2 (absolute, not of the plateau),
   * interpolated between bin centres; low and high where the upper and lower edges of the intervals
   * do, null when they do not. null when the turn-on does not.
   */
  fiftyPercentGeV: z
    .strictObject({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() })
    .nullable(),
  /** Efficiency for true pT in [15, 20] GeV. */
  plateau: Proportion,
  /** One-sided 95 % lower limit of the plateau. */
  plateauLowerLimit: z.number(),
  /** Efficiency for true pT in [15, 20] GeV in bins of true eta; empty without eta. */
  plateauByEta: z.array(EtaBin).readonly(),
  /** Fraction of background events at or above the threshold. */
  fakeRate: Proportion,
  /** One-sided 95 % Clopper-Pearson upper limit of the fake rate. */
  fakeRateUpperLimit: z.number(),
  /** How much background it takes to say whether the fake rate is below a required rate. */
  fakeRateTest: z.strictObject({
    /** The required rate. */
    rate: z.number(),
    /** Background events below which the upper limit can not pass: 1,497 for 0.002. */
    minimumEvents: z.int(),
    /**
     * Background events at which the 95 % limits decide, pass or fail, if the measured rate is the
     * true one; null without background, or when the two rates are too close for 10^9 events.
     */
    conclusiveEvents: z.int().nullable(),
  }),
  /** For true pT within 1 GeV of the threshold, both ends included; null without such muons. */
  resolution: PtResolution.nullable(),
  /** In the bins of the turn-on that have muons. */
  resolutionByPt: z.array(PtResolution).readonly(),
  /** RMS of predicted - true eta over all muons, in pixels of the full image; null without muons or eta. */
  etaResolutionPx: z.number().nullable(),
  /**
   * Of eta within the window: muons whose track begins in the chosen window or within a width of it.
   * null when the windows are not known.
   */
  etaLocalResolution: EtaResolution.nullable(),
  /** Of the global eta: all muons, also those whose window noise has won. null without muons or eta. */
  etaGlobalResolution: EtaResolution.nullable(),
  rate: TriggerRate,
  /** From low to high threshold. */
  scan: z.array(ScanPoint).readonly(),
  /** The same model at other thresholds, for comparison with other models. */
  workingPoints: z.strictObject({
    /** Lowest threshold whose upper limit of the fake rate is below the target. */
    atFakeRate: WorkingPoint,
    /** Highest threshold whose lower limit of the plateau reaches the target. */
    atPlateau: WorkingPoint,
  }),
});
export type TriggerPerformance = z.output<typeof TriggerPerformance>;

/** Predictions of one model beside the truth, in physical units. */
export const Predictions = z.strictObject({
  ...artifactHeader("predictions"),
  /** Who predicted, such as `QStudent 4 bit (integer)`. */
  model: z.string(),
  /** (n, 2): [pT in GeV, global eta] */
  predicted: FloatTensor,
  /** (n, 2): [pT in GeV, 0 for background; global eta] */
  truth: FloatTensor,
  /** The windows of fragmentation; left out for models of the full image. */
  windows: z
    .strictObject({
      /** (n): index of the chosen window. */
      chosen: IntTensor,
      /** Pixels from one window's left edge to the next one's: 32, or 16 when they overlap. */
      stridePx: z.int().positive(),
    })
    .optional(),
});
export type Predictions = z.output<typeof Predictions>;
