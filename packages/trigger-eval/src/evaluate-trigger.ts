import { CnntargzError, type TriggerPerformance } from "@cnntargz/contracts";

import { clopperPearson, lowerLimit, upperLimit } from "./clopper-pearson.js";
import { binOf, checkEdges, DEFAULT_PT_EDGES_GEV } from "./pt-bins.js";
import { spreadOf } from "./resolution.js";

/** True pT range of the plateau in GeV, both edges included. */
export const PLATEAU_GEV: readonly [number, number] = [15, 20];
/** Half-width in GeV of the true pT range around the threshold in which the resolution is taken. */
export const RESOLUTION_WINDOW_GEV = 1;
/** Confidence level of the one-sided limits on plateau and fake rate. */
export const LIMIT_CONFIDENCE = 0.95;

/** Predictions beside the truth, one entry per event and array; all of the same length. */
export interface TriggerInput {
  /** Predicted transverse momentum in GeV. */
  readonly predictedPtGeV: ArrayLike<number>;
  /** True transverse momentum in GeV; not looked at for background. */
  readonly truePtGeV: ArrayLike<number>;
  /** 1 for a muon, 0 for background. */
  readonly isMuon: ArrayLike<number>;
  /** Predicted eta target; give both eta arrays or neither. */
  readonly predictedEtaLocal?: ArrayLike<number> | undefined;
  /** True eta target; not looked at for background. */
  readonly trueEtaLocal?: ArrayLike<number> | undefined;
}

/** What is asked of the trigger; defaults are the published ones. */
export interface TriggerOptions {
  /** An event fires when its predicted pT is at or above this. Default 10. */
  readonly thresholdGeV?: number | undefined;
  /** Edges of the turn-on bins in true pT. Default 3, 4, ... 20. */
  readonly binEdgesGeV?: readonly number[] | undefined;
  /**
   * Pixels of the full image per unit of the eta arrays. Default 32, for targets local to a window;
   * 384 for eta / 1.05.
   */
  readonly etaPxPerUnit?: number | undefined;
}

/** Events of a group, and how many of them fired. */
interface Tally {
  passed: number;
  total: number;
}
const tally = (): Tally => ({ passed: 0, total: 0 });

function add(group: Tally, fires: boolean): void {
  group.total++;
  if (fires) group.passed++;
}

function checkLength(input: TriggerInput): number {
  const count = input.predictedPtGeV.length;
  for (const name of ["truePtGeV", "isMuon", "predictedEtaLocal", "trueEtaLocal"] as const) {
    const length = input[name]?.length ?? count;
    if (length !== count) {
      throw new CnntargzError(
        "contract",
        `${name} has ${length} entries, predictedPtGeV has ${count}: give one per event in each`,
      );
    }
  }
  if ((input.predictedEtaLocal === undefined) !== (input.trueEtaLocal === undefined)) {
    throw new CnntargzError(
      "contract",
      "predictedEtaLocal and trueEtaLocal belong together: give both or neither",
    );
  }
  return count;
}

/** Element `event` of `values`, or an error that tells what diverged. */
function finite(values: ArrayLike<number>, event: number, name: string): number {
  const value = values[event]!;
  if (!Number.isFinite(value)) {
    throw new CnntargzError(
      "contract",
      `${name} of event ${event} is ${value}: a model with such outputs has no trigger performance; train it again`,
    );
  }
  return value;
}

/** Root mean square of predicted - true eta over muons, in pixels; null without muons or eta. */
function etaResolution(input: TriggerInput, count: number, pxPerUnit: number): number | null {
  const { predictedEtaLocal, trueEtaLocal, isMuon } = input;
  if (!predictedEtaLocal || !trueEtaLocal) return null;
  let squares = 0;
  let muons = 0;
  for (let event = 0; event < count; event++) {
    if (isMuon[event] !== 1) continue;
    const predicted = finite(predictedEtaLocal, event, "predictedEtaLocal");
    squares += (predicted - finite(trueEtaLocal, event, "trueEtaLocal")) ** 2;
    muons++;
  }
  return muons === 0 ? null : pxPerUnit * Math.sqrt(squares / muons);
}

/**
 * Figures of merit of a trigger that fires at predicted pT >= threshold: turn-on in bins of true
 * pT, plateau (true pT 15..20 GeV), fake rate over background, both with one-sided 95 % limits,
 * pT resolution for true pT within 1 GeV of the threshold, eta resolution over muons. Proportions
 * carry central Clopper-Pearson intervals at 68.27 %, ROOT's default. What has no events has value
 * null, interval [0, 1] and the limits that claim nothing (plateau 0, fake rate 1).
 *
 * @throws CnntargzError `contract` when lengths differ, `isMuon` is not 0 or 1, or a prediction or
 * a muon's truth is not finite; `config` when threshold or bin edges make no sense.
 */
export function evaluateTrigger(
  input: TriggerInput,
  options: TriggerOptions = {},
): TriggerPerformance {
  const { thresholdGeV = 10, binEdgesGeV = DEFAULT_PT_EDGES_GEV, etaPxPerUnit = 32 } = options;
  checkEdges(binEdgesGeV);
  if (!(thresholdGeV > 0 && Number.isFinite(thresholdGeV))) {
    throw new CnntargzError("config", `thresholdGeV is ${thresholdGeV}, it must be positive`);
  }
  const count = checkLength(input);
  const bins = binEdgesGeV.slice(1).map(tally);
  const plateau = tally();
  const background = tally();
  const residuals: number[] = [];
  for (let event = 0; event < count; event++) {
    const predicted = finite(input.predictedPtGeV, event, "predictedPtGeV");
    const fires = predicted >= thresholdGeV;
    const kind = input.isMuon[event]!;
    if (kind === 0) {
      add(background, fires);
    } else if (kind === 1) {
      const truth = finite(input.truePtGeV, event, "truePtGeV");
      const bin = bins[binOf(truth, binEdgesGeV)];
      if (bin) add(bin, fires);
      if (truth >= PLATEAU_GEV[0] && truth <= PLATEAU_GEV[1]) add(plateau, fires);
      const isNear = Math.abs(truth - thresholdGeV) <= RESOLUTION_WINDOW_GEV;
      if (isNear) residuals.push(predicted - truth);
    } else {
      throw new CnntargzError("contract", `isMuon of event ${event} is ${kind}, it must be 0 or 1`);
    }
  }
  const spread = spreadOf(residuals);
  return {
    kind: "trigger-performance",
    schemaVersion: 1,
    thresholdGeV,
    turnOn: bins.map(({ passed, total }, bin) => ({
      ptLowGeV: binEdgesGeV[bin]!,
      ptHighGeV: binEdgesGeV[bin + 1]!,
      efficiency: clopperPearson(passed, total),
    })),
    plateau: clopperPearson(plateau.passed, plateau.total),
    plateauLowerLimit: lowerLimit(plateau.passed, plateau.total, LIMIT_CONFIDENCE),
    fakeRate: clopperPearson(background.passed, background.total),
    fakeRateUpperLimit: upperLimit(background.passed, background.total, LIMIT_CONFIDENCE),
    resolution: spread && {
      biasGeV: spread.bias,
      stdGeV: spread.std,
      halfWidth68GeV: spread.halfWidth68,
      events: residuals.length,
    },
    etaResolutionPx: etaResolution(input, count, etaPxPerUnit),
  };
}
