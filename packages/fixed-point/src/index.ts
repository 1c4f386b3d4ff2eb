export {
  fixedType,
  formatType,
  fractionBits,
  integerToNumber,
  maxInteger,
  minInteger,
  parseType,
  parseType as parseFixedPointType,
  sameType,
} from "./types.js";
export { castInteger, castQuotient, castReal, castToFixedPoint } from "./cast.js";
export {
  applySmallCast,
  applySmallQuotientCast,
  castSmall,
  prepareSmallCast,
  type SmallCast,
} from "./cast-small.js";
export {
  addIntervals,
  castInterval,
  castQuotientInterval,
  fitsType,
  hullIntervals,
  type Interval,
  intervalOfType,
  intervalOfValue,
  multiplyIntervals,
  refineInterval,
  reluInterval,
  shiftInterval,
  typeOfInterval,
  weightedSumInterval,
} from "./interval.js";
export {
  type Hls4mlAccumulator,
  inferAccumulator,
  type IntervalAccumulator,
  sumIntervals,
} from "./accumulator.js";
export { layerIntervals, type LayerIntervals, networkIntervals } from "./network-intervals.js";
export { validateNetwork } from "./validate.js";
export { type LayerTrace, type NetworkTrace, runReference } from "./reference.js";
export { compileNetwork, type CompiledNetwork } from "./fast.js";
