import { anyObject, CnntargzError, optionsCheck } from "@cnntargz/contracts";

/** Predictions beside the truth, one entry per event and array; all of the same length. */
export interface TriggerInput {
  /** Predicted transverse momentum in GeV. */
  readonly predictedPtGeV: ArrayLike<number>;
  /** True transverse momentum in GeV; not looked at for background. */
  readonly truePtGeV: ArrayLike<number>;
  /** 1 for a muon, 0 for background. */
  readonly isMuon: ArrayLike<number>;
  /** Predicted pseudorapidity; give both eta arrays or neither. Not looked at for background. */
  readonly predictedEta?: ArrayLike<number> | undefined;
  /** True pseudorapidity; not looked at for background. */
  readonly trueEta?: ArrayLike<number> | undefined;
  /** Index of the window that fragmentation chose; needs the eta arrays. Not looked at for background. */
  readonly window?: ArrayLike<number> | undefined;
}

const checkInput = optionsCheck<TriggerInput>("events to evaluate", {
  predictedPtGeV: anyObject,
  truePtGeV: anyObject,
  isMuon: anyObject,
  predictedEta: anyObject.optional(),
  trueEta: anyObject.optional(),
  window: anyObject.optional(),
});
const OTHERS = ["truePtGeV", "isMuon", "predictedEta", "trueEta", "window"] as const;

/**
 * Number of events in `input`.
 *
 * @throws CnntargzError `config` for an unknown array; `contract` when lengths differ or arrays that belong together are not there.
 */
export function eventsOf(input: TriggerInput): number {
  checkInput(input);
  const count = input.predictedPtGeV.length;
  for (const name of OTHERS) {
    const length = input[name]?.length ?? count;
    if (length !== count) {
      throw new CnntargzError(
        "contract",
        `${name} has ${length} entries, predictedPtGeV has ${count}: give one per event in each`,
      );
    }
  }
  if ((input.predictedEta === undefined) !== (input.trueEta === undefined)) {
    throw new CnntargzError(
      "contract",
      "predictedEta and trueEta belong together: give both or neither",
    );
  }
  if (input.window !== undefined && input.trueEta === undefined) {
    throw new CnntargzError("contract", "window without predictedEta and trueEta: give them too");
  }
  return count;
}
