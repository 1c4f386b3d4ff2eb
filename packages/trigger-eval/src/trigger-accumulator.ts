import type {
  EtaResolution,
  PtResolution,
  TriggerPerformance,
  TurnOnBin,
} from "@cnntargz/contracts";

import { conclusiveEvents, minimumEvents } from "./background-events.js";
import { clopperPearson, LIMIT_CONFIDENCE, lowerLimit, upperLimit } from "./clopper-pearson.js";
import { fiftyPercentPoint } from "./fifty-percent.js";
import { fitTurnOn } from "./fit-turn-on.js";
import { spreadOfSteps } from "./spread.js";
import type { StepCounts } from "./steps.js";
import { scanThresholds } from "./threshold-scan.js";
import {
  countEvents,
  mergeCounts,
  newTriggerCounts,
  RESOLUTION_WINDOW_GEV,
  type TriggerCounts,
} from "./trigger-counts.js";
import type { TriggerInput } from "./trigger-input.js";
import { resolveOptions, type TriggerOptions } from "./trigger-options.js";
import { triggerRate } from "./trigger-rate.js";

function ptResolution(
  { pt, inversePt }: TriggerCounts["nearThreshold"],
  ptLowGeV: number,
  ptHighGeV: number,
): PtResolution | null {
  const spread = spreadOfSteps(pt);
  return (
    spread && {
      ptLowGeV,
      ptHighGeV,
      events: spread.events,
      biasGeV: spread.bias,
      biasErrorGeV: spread.biasError,
      stdGeV: spread.std,
      stdErrorGeV: spread.stdError,
      halfWidth68GeV: spread.halfWidth68,
      halfWidth68ErrorGeV: spread.halfWidth68Error,
      inversePt: spreadOfSteps(inversePt),
    }
  );
}

function etaResolution(residuals: StepCounts): EtaResolution | null {
  const spread = spreadOfSteps(residuals);
  return (
    spread && {
      events: spread.events,
      biasPx: spread.bias,
      biasErrorPx: spread.biasError,
      stdPx: spread.std,
      stdErrorPx: spread.stdError,
      halfWidth68Px: spread.halfWidth68,
      halfWidth68ErrorPx: spread.halfWidth68Error,
    }
  );
}

/**
 * Figures of merit of a trigger over a stream of events, in bounded memory: takes events batch by
 * batch and keeps counts alone, so that any split of the events, in any order and over any number of
 * workers, gives the same result to the last bit.
 *
 * Residuals and predicted pT are counted in steps of 1/1000 (MeV, thousandths of a pixel, per mille
 * of 1/pT) and within +-400 units, beyond which they count as that; spreads and quantiles are exact
 * for the rounded values. Whether an event fires is decided on its exact value.
 */
export class TriggerAccumulator {
  /**
   * All that is known of the events: plain objects and typed arrays, which a worker can post. Hand
   * it to {@link TriggerAccumulator.merge} on the other side.
   */
  readonly counts: TriggerCounts;

  /** @throws CnntargzError `config` when an option makes no sense. */
  constructor(options: TriggerOptions = {}) {
    this.counts = newTriggerCounts(resolveOptions(options));
  }

  /**
   * Count a batch of events.
   *
   * @throws CnntargzError `contract` when lengths differ, `isMuon` is not 0 or 1, a prediction or a
   * muon's truth is not finite, or a batch has other optional arrays than those before; nothing of
   * the batch is counted then.
   */
  add(input: TriggerInput): this {
    countEvents(this.counts, input);
    return this;
  }

  /**
   * Add what another accumulator has counted.
   *
   * @throws CnntargzError `contract` when its options or optional arrays differ.
   */
  merge(other: TriggerCounts): this {
    mergeCounts(this.counts, other);
    return this;
  }

  /** The figures of merit of the events so far. */
  performance(): TriggerPerformance {
    const { counts } = this;
    const { options, background, plateau } = counts;
    const { thresholdGeV, binEdgesGeV, etaEdges, requiredFakeRate } = options;
    const { spectrum, bunchCrossingNs, muonHz } = options;
    const turnOn: TurnOnBin[] = counts.turnOn.map(({ passed, total }, bin) => ({
      ptLowGeV: binEdgesGeV[bin]!,
      ptHighGeV: binEdgesGeV[bin + 1]!,
      efficiency: clopperPearson(passed, total),
    }));
    const plateauEfficiency = clopperPearson(plateau.passed, plateau.total);
    const fakeRate = clopperPearson(background.passed, background.total);
    const eta = etaResolution(counts.etaGlobal);
    return {
      kind: "trigger-performance",
      schemaVersion: 1,
      thresholdGeV,
      muons: counts.events - background.total,
      background: background.total,
      turnOn,
      turnOnFit: fitTurnOn(turnOn),
      fiftyPercentGeV: fiftyPercentPoint(turnOn),
      plateau: plateauEfficiency,
      plateauLowerLimit: lowerLimit(plateau.passed, plateau.total, LIMIT_CONFIDENCE),
      plateauByEta:
        counts.arrays === null || counts.arrays === "none"
          ? []
          : counts.plateauByEta.map(({ passed, total }, bin) => ({
              etaLow: etaEdges[bin]!,
              etaHigh: etaEdges[bin + 1]!,
              efficiency: clopperPearson(passed, total),
            })),
      fakeRate,
      fakeRateUpperLimit: upperLimit(background.passed, background.total, LIMIT_CONFIDENCE),
      fakeRateTest: {
        rate: requiredFakeRate,
        minimumEvents: minimumEvents(requiredFakeRate, LIMIT_CONFIDENCE),
        conclusiveEvents: conclusiveEvents(
          background.passed,
          background.total,
          requiredFakeRate,
          LIMIT_CONFIDENCE,
        ),
      },
      resolution: ptResolution(
        counts.nearThreshold,
        thresholdGeV - RESOLUTION_WINDOW_GEV,
        thresholdGeV + RESOLUTION_WINDOW_GEV,
      ),
      resolutionByPt: counts.residuals.flatMap(
        (residuals, bin) => ptResolution(residuals, binEdgesGeV[bin]!, binEdgesGeV[bin + 1]!) ?? [],
      ),
      etaResolutionPx: eta && Math.hypot(eta.biasPx, eta.stdPx),
      etaLocalResolution: etaResolution(counts.etaLocal),
      etaGlobalResolution: eta,
      rate: triggerRate(
        { thresholdGeV, turnOn, plateau: plateauEfficiency, fakeRate },
        { spectrum, bunchCrossingNs, muonHz },
      ),
      ...scanThresholds(counts, options),
    };
  }
}
