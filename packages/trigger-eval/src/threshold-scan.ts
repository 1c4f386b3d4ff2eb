import type { ScanPoint, TriggerPerformance } from "@cnntargz/contracts";

import { clopperPearson, LIMIT_CONFIDENCE, lowerLimit, upperLimit } from "./clopper-pearson.js";
import { countFrom, LIMIT_UNITS, nearestStep, type StepCounts, STEPS_PER_UNIT } from "./steps.js";

/** Predicted pT, in steps of 1 MeV (the largest at or below it). */
export interface PredictedPt {
  /** Of muons in the plateau range of true pT. */
  readonly plateau: StepCounts;
  readonly background: StepCounts;
}

/** Plateau and fake rate at a threshold, which is rounded to 1 MeV. */
function scanPoint({ plateau, background }: PredictedPt, step: number): ScanPoint {
  const [muons, fakes] = [countFrom(plateau, step), countFrom(background, step)];
  return {
    thresholdGeV: step / STEPS_PER_UNIT,
    plateau: clopperPearson(muons, plateau.total),
    plateauLowerLimit: lowerLimit(muons, plateau.total, LIMIT_CONFIDENCE),
    fakeRate: clopperPearson(fakes, background.total),
    fakeRateUpperLimit: upperLimit(fakes, background.total, LIMIT_CONFIDENCE),
  };
}

/** The points of a scan, one per threshold in GeV, each rounded to 1 MeV. */
export function scanThresholds(
  predicted: PredictedPt,
  thresholdsGeV: readonly number[],
): ScanPoint[] {
  return thresholdsGeV.map((threshold) => scanPoint(predicted, nearestStep(threshold)));
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

/**
 * Highest step at or above which there are at least `count` values, but at least 1; null when there
 * are not so many above 0.
 */
function highestWith(counts: StepCounts, count: number): number | null {
  let sum = 0;
  for (let at = counts.counts.length - 1; at >= 0 && counts.first + at >= 1; at--) {
    sum += counts.counts[at]!;
    if (sum >= count) return counts.first + at;
  }
  return null;
}

/**
 * Thresholds that put models at equal footing: the lowest one whose 95 % upper limit of the fake
 * rate is below `fakeRate`, and the highest one whose 95 % lower limit of the plateau reaches
 * `plateau`, to 1 MeV and above 0.
 */
export function workingPoints(
  predicted: PredictedPt,
  targets: { readonly fakeRate: number; readonly plateau: number },
): TriggerPerformance["workingPoints"] {
  const { plateau, background } = predicted;
  // One fake more than may be: the threshold is a step above the value that brings it.
  const tooMany = fewest(
    background.total,
    (count) => upperLimit(count, background.total, LIMIT_CONFIDENCE) >= targets.fakeRate,
  );
  const fakeStep =
    tooMany === null ? 1 : tooMany === 0 ? null : (highestWith(background, tooMany) ?? 0) + 1;
  const needed = fewest(
    plateau.total,
    (count) => lowerLimit(count, plateau.total, LIMIT_CONFIDENCE) >= targets.plateau,
  );
  const plateauStep = needed === null ? null : highestWith(plateau, Math.max(1, needed));
  // Whatever is predicted beyond the limit fires at any threshold of a scan.
  const at = (step: number | null) =>
    step === null || step > LIMIT_UNITS * STEPS_PER_UNIT ? null : scanPoint(predicted, step);
  return {
    atFakeRate: { target: targets.fakeRate, point: at(fakeStep) },
    atPlateau: { target: targets.plateau, point: at(plateauStep) },
  };
}
