export { clopperPearson, lowerLimit, ONE_SIGMA, upperLimit } from "./clopper-pearson.js";
export { evaluatePredictions } from "./evaluate-predictions.js";
export {
  evaluateTrigger,
  LIMIT_CONFIDENCE,
  PLATEAU_GEV,
  RESOLUTION_WINDOW_GEV,
  type TriggerInput,
  type TriggerOptions,
} from "./evaluate-trigger.js";
export { DEFAULT_PT_EDGES_GEV, PUBLISHED_PT_EDGES_GEV } from "./pt-bins.js";
export { type Spread, spreadOf } from "./resolution.js";
