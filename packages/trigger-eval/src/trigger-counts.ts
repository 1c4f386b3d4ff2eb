import { CnntargzError, ETA_MAX, FULL_WIDTH } from "@cnntargz/contracts";

import { binOf } from "./bins.js";
import {
  addStep,
  mergeSteps,
  nearestStep,
  newStepCounts,
  stepBelow,
  type StepCounts,
} from "./steps.js";
import { eventsOf, type TriggerInput } from "./trigger-input.js";
import type { ResolvedTriggerOptions } from "./trigger-options.js";

/** True pT range of the plateau in GeV, both edges included. */
export const PLATEAU_GEV: readonly [number, number] = [15, 20];
/** Half-width in GeV of the true pT range around the threshold in which the resolution is taken. */
export const RESOLUTION_WINDOW_GEV = 1;

const PX_PER_ETA = FULL_WIDTH / ETA_MAX;
/** Pixels of a fragmentation window. */
const WINDOW_PX = 32;

/** Events of a group, and how many of them fired. */
interface Tally {
  passed: number;
  total: number;
}

/** Residuals of one range of true pT. */
interface Residuals {
  /** Predicted - true pT in MeV. */
  readonly pt: StepCounts;
  /** True / predicted pT - 1 in thousandths, of positive predictions. */
  readonly inversePt: StepCounts;
}

/**
 * Everything that is kept of the events: counts, in plain objects that can be sent to another thread
 * and added up in any order with the same result.
 */
export interface TriggerCounts {
  readonly options: ResolvedTriggerOptions;
  events: number;
  /** Which optional arrays the events had; null before the first. */
  arrays: "none" | "eta" | "eta and window" | null;
  readonly background: Tally;
  readonly plateau: Tally;
  readonly turnOn: readonly Tally[];
  readonly plateauByEta: readonly Tally[];
  readonly nearThreshold: Residuals;
  readonly residuals: readonly Residuals[];
  /** Predicted - true eta in thousandths of a pixel. */
  readonly etaGlobal: StepCounts;
  readonly etaLocal: StepCounts;
  /** Predicted pT in MeV. */
  readonly plateauPt: StepCounts;
  readonly backgroundPt: StepCounts;
}

const tally = (): Tally => ({ passed: 0, total: 0 });
const residuals = (): Residuals => ({ pt: newStepCounts(), inversePt: newStepCounts() });

/** Counts before the first event. */
export function newTriggerCounts(options: ResolvedTriggerOptions): TriggerCounts {
  return {
    options,
    events: 0,
    arrays: null,
    background: tally(),
    plateau: tally(),
    turnOn: options.binEdgesGeV.slice(1).map(tally),
    plateauByEta: options.etaEdges.slice(1).map(tally),
    nearThreshold: residuals(),
    residuals: options.binEdgesGeV.slice(1).map(residuals),
    etaGlobal: newStepCounts(),
    etaLocal: newStepCounts(),
    plateauPt: newStepCounts(),
    backgroundPt: newStepCounts(),
  };
}

function count(group: Tally, fires: boolean): void {
  group.total++;
  if (fires) group.passed++;
}

function addResidual({ pt, inversePt }: Residuals, predicted: number, truth: number): void {
  addStep(pt, nearestStep(predicted - truth));
  if (predicted > 0) addStep(inversePt, nearestStep(truth / predicted - 1));
}

/** Element `row` of `values`, or an error that tells what diverged in which event. */
function finite(values: ArrayLike<number>, row: number, name: string, firstEvent: number): number {
  const value = values[row]!;
  if (!Number.isFinite(value)) {
    throw new CnntargzError(
      "contract",
      `${name} of event ${firstEvent + row} is ${value}: a model with such outputs has no trigger performance; train it again`,
    );
  }
  return value;
}

function checkArrays(counts: TriggerCounts, arrays: NonNullable<TriggerCounts["arrays"]>): void {
  if (counts.arrays !== null && counts.arrays !== arrays) {
    throw new CnntargzError(
      "contract",
      `some events come with ${counts.arrays}, others with ${arrays} of the optional arrays: give the same for all`,
    );
  }
}

/** Throws what is wrong with an event of the batch, so that a refused batch leaves no trace. */
function checkEvents(input: TriggerInput, events: number, firstEvent: number): void {
  const { predictedPtGeV, truePtGeV, isMuon, predictedEta, trueEta, window } = input;
  for (let row = 0; row < events; row++) {
    finite(predictedPtGeV, row, "predictedPtGeV", firstEvent);
    const kind = isMuon[row]!;
    if (kind === 0) continue;
    if (kind !== 1) {
      throw new CnntargzError(
        "contract",
        `isMuon of event ${firstEvent + row} is ${kind}, it must be 0 or 1`,
      );
    }
    const truth = finite(truePtGeV, row, "truePtGeV", firstEvent);
    if (truth <= 0) {
      throw new CnntargzError(
        "contract",
        `truePtGeV of event ${firstEvent + row} is ${truth}, a muon's must be positive; isMuon is 0 for background`,
      );
    }
    if (predictedEta !== undefined) finite(predictedEta, row, "predictedEta", firstEvent);
    if (trueEta !== undefined) finite(trueEta, row, "trueEta", firstEvent);
    if (window !== undefined) finite(window, row, "window", firstEvent);
  }
}

/**
 * Count a batch of events.
 *
 * @throws CnntargzError `contract` when the batch makes no sense; nothing of it is counted then.
 */
export function countEvents(counts: TriggerCounts, input: TriggerInput): void {
  const events = eventsOf(input);
  const { predictedPtGeV, truePtGeV, isMuon, predictedEta, trueEta, window } = input;
  const arrays =
    window !== undefined ? "eta and window" : trueEta !== undefined ? "eta" : ("none" as const);
  if (events === 0) return;
  checkArrays(counts, arrays);
  checkEvents(input, events, counts.events);
  const { thresholdGeV, binEdgesGeV, etaEdges, windowStridePx } = counts.options;
  for (let row = 0; row < events; row++) {
    const predicted = predictedPtGeV[row]!;
    const fires = predicted >= thresholdGeV;
    if (isMuon[row] === 0) {
      count(counts.background, fires);
      addStep(counts.backgroundPt, stepBelow(predicted));
      continue;
    }
    const truth = truePtGeV[row]!;
    const bin = binOf(truth, binEdgesGeV);
    if (bin >= 0) {
      count(counts.turnOn[bin]!, fires);
      addResidual(counts.residuals[bin]!, predicted, truth);
    }
    const isPlateau = truth >= PLATEAU_GEV[0] && truth <= PLATEAU_GEV[1];
    if (isPlateau) {
      count(counts.plateau, fires);
      addStep(counts.plateauPt, stepBelow(predicted));
    }
    if (Math.abs(truth - thresholdGeV) <= RESOLUTION_WINDOW_GEV) {
      addResidual(counts.nearThreshold, predicted, truth);
    }
    if (trueEta === undefined || predictedEta === undefined) continue;
    const eta = trueEta[row]!;
    const residual = nearestStep(PX_PER_ETA * (predictedEta[row]! - eta));
    addStep(counts.etaGlobal, residual);
    if (isPlateau) {
      const etaBin = binOf(eta, etaEdges);
      if (etaBin >= 0) count(counts.plateauByEta[etaBin]!, fires);
    }
    if (window === undefined) continue;
    // Whether the track begins in the window or within a width of it, as the loss asks too.
    const target = (PX_PER_ETA * eta - windowStridePx * window[row]!) / WINDOW_PX;
    if (target > -1 && target < 2) addStep(counts.etaLocal, residual);
  }
  counts.events += events;
  counts.arrays = arrays;
}

function addTally(to: Tally, from: Tally): void {
  to.passed += from.passed;
  to.total += from.total;
}

function addResiduals(to: Residuals, from: Residuals): void {
  mergeSteps(to.pt, from.pt);
  mergeSteps(to.inversePt, from.inversePt);
}

/**
 * Add the counts of other events.
 *
 * @throws CnntargzError `contract` when they were counted with other options or other arrays.
 */
export function mergeCounts(to: TriggerCounts, from: TriggerCounts): void {
  if (JSON.stringify(to.options) !== JSON.stringify(from.options)) {
    throw new CnntargzError(
      "contract",
      "the two accumulators have different options: threshold, bins and windows must be the same",
    );
  }
  if (from.arrays === null) return;
  checkArrays(to, from.arrays);
  addTally(to.background, from.background);
  addTally(to.plateau, from.plateau);
  to.turnOn.forEach((bin, i) => {
    addTally(bin, from.turnOn[i]!);
  });
  to.plateauByEta.forEach((bin, i) => {
    addTally(bin, from.plateauByEta[i]!);
  });
  addResiduals(to.nearThreshold, from.nearThreshold);
  to.residuals.forEach((bin, i) => {
    addResiduals(bin, from.residuals[i]!);
  });
  for (const name of ["etaGlobal", "etaLocal", "plateauPt", "backgroundPt"] as const) {
    mergeSteps(to[name], from[name]);
  }
  to.events += from.events;
  to.arrays = from.arrays;
}
