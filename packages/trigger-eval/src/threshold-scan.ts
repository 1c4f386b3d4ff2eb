import type { ScanPoint, TriggerPerformance } from "@cnntargz/contracts";

import { clopperPearson, LIMIT_CONFIDENCE, lowerLimit, upperLimit } from "./clopper-pearson.js";
import { CountsFrom, LIMIT_UNITS, nearestStep, type StepCounts, STEPS_PER_UNIT } from "./steps.js";

/** How many predictions are at or above a threshold. */
interface PredictedPt {
  /** Of muons in the plateau range of true pT. */
  readonly plateau: CountsFrom;
  readonly background: CountsFrom;
}

/** Plateau and fake rate at a threshold, which is rounded to 1 MeV. */
function scanPoint({ plateau, background }: PredictedPt, step: number): ScanPoint {
  const [muons, fakes] = [plateau.at(step), background.at(step)];
  return {
    thresholdGeV: step / STEPS_PER_UNIT,
    plateau: clopperPearson(muons, plateau.total),
    plateauLowerLimit: lowerLimit(muons, plateau.total, LIMIT_CONFIDENCE),
    fakeRate: clopperPearson(fakes, background.total),
    fakeRateUpperLimit: upperLimit(fakes, background.total, LIMIT_CONFIDENCE),
  };
}

/** Smallest integer in [0, total] that `holds`, or null; `holds` goes from false to true once. */
function fewest(total: number, holds: (count: number) => boolean): number | null {
  if (!holds(total)) return null;
  let [low, high] = [0, total];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What a scan is made from: predicted pT in steps of 1 MeV, the largest at or below it. */
export interface ScanInput {
  /** Of muons in the plateau range of true pT. */
  readonly plateauPt: StepCounts;
  readonly backgroundPt: StepCounts;
}

/** Thresholds in GeV, and what is asked of the working points. */
export interface ScanOptions {
  readonly scanGeV: readonly number[];
  readonly requiredFakeRate: number;
  readonly requiredPlateau: number;
}

/**
 * Plateau and fake rate at each threshold, rounded to 1 MeV, and the thresholds that put models at
 * equal footing, to 1 MeV and above 0: the lowest one whose 95 % upper limit of the fake rate is
 * below the required one, and the highest one whose 95 % lower limit of the plateau reaches the
 * required one.
 */
export function scanThresholds(
  { plateauPt, backgroundPt }: ScanInput,
  { scanGeV, requiredFakeRate, requiredPlateau }: ScanOptions,
): Pick<TriggerPerformance, "scan" | "workingPoints"> {
  const plateau = new CountsFrom(plateauPt);
  const background = new CountsFrom(backgroundPt);
  const at = (step: number): ScanPoint => scanPoint({ plateau, background }, step);
  // Whatever is predicted beyond the limit fires at any threshold of a scan.
  const working = (step: number | null): ScanPoint | null =>
    step === null || step > LIMIT_UNITS * STEPS_PER_UNIT ? null : at(step);
  const tooManyFakes = fewest(
    background.total,
    (count) => upperLimit(count, background.total, LIMIT_CONFIDENCE) >= requiredFakeRate,
  );
  // A step above the value that brings one fake too many; nowhere, when none at all is too many.
  const fakeStep =
    tooManyFakes === null || tooManyFakes === 0
      ? null
      : (background.highestWith(tooManyFakes) ?? 0) + 1;
  const neededMuons = fewest(
    plateau.total,
    (count) => lowerLimit(count, plateau.total, LIMIT_CONFIDENCE) >= requiredPlateau,
  );
  const plateauStep = neededMuons === null ? null : plateau.highestWith(Math.max(1, neededMuons));
  return {
    scan: scanGeV.map((threshold) => at(nearestStep(threshold))),
    workingPoints: {
      atFakeRate: { target: requiredFakeRate, point: working(fakeStep) },
      atPlateau: { target: requiredPlateau, point: working(plateauStep) },
    },
  };
}
