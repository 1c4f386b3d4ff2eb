export { conclusiveEvents, minimumEvents } from "./background-events.js";
export { DEFAULT_ETA_EDGES, DEFAULT_PT_EDGES_GEV, PUBLISHED_PT_EDGES_GEV } from "./bins.js";
export {
  clopperPearson,
  LIMIT_CONFIDENCE,
  lowerLimit,
  ONE_SIGMA,
  upperLimit,
} from "./clopper-pearson.js";
export { evaluatePredictions, predictionsInput } from "./evaluate-predictions.js";
export { evaluateTrigger } from "./evaluate-trigger.js";
export { fiftyPercentPoint } from "./fifty-percent.js";
export { type FitOptions, fitTurnOn } from "./fit-turn-on.js";
export { type Spread, spreadOf } from "./spread.js";
export { TriggerAccumulator } from "./trigger-accumulator.js";
export { PLATEAU_GEV, RESOLUTION_WINDOW_GEV, type TriggerCounts } from "./trigger-counts.js";
export type { TriggerInput } from "./trigger-input.js";
export {
  type ResolvedTriggerOptions,
  resolveOptions as resolveTriggerOptions,
  type TriggerOptions,
} from "./trigger-options.js";
export {
  HEAVY_FLAVOUR_SPECTRUM,
  type RateInput,
  type RateOptions,
  triggerRate,
} from "./trigger-rate.js";
