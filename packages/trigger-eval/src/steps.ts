/** Steps per unit (GeV, pixel or 1) in which values are counted. */
export const STEPS_PER_UNIT = 1000;
/** Values beyond this many units count as this, so that memory is bounded. */
export const LIMIT_UNITS = 400;

const LIMIT = LIMIT_UNITS * STEPS_PER_UNIT;
const FEWEST = 4096;

/**
 * How often each step occurs, in an array that grows with the range of what it has seen; a plain
 * object, which can be sent to another thread as it is.
 */
export interface StepCounts {
  /** The step that `counts[0]` counts. */
  first: number;
  counts: Uint32Array;
  total: number;
}

/** Counts of nothing yet. */
export function newStepCounts(): StepCounts {
  return { first: 0, counts: new Uint32Array(0), total: 0 };
}

const clamp = (step: number): number => Math.max(-LIMIT, Math.min(LIMIT, step));

/** The step nearest to `value`. */
export function nearestStep(value: number): number {
  return clamp(Math.round(value * STEPS_PER_UNIT));
}

/** The largest step n with n / 1000 <= `value`, exactly: `value >= t` holds just when it is >= the step of t. */
export function stepBelow(value: number): number {
  const step = Math.floor(value * STEPS_PER_UNIT);
  // The product is rounded: it can miss by one at the very edge of a step.
  if ((step + 1) / STEPS_PER_UNIT <= value) return clamp(step + 1);
  if (step / STEPS_PER_UNIT > value) return clamp(step - 1);
  return clamp(step);
}

/** Count `times` occurrences of `step`. */
export function addStep(to: StepCounts, step: number, times = 1): void {
  let at = step - to.first;
  if (at < 0 || at >= to.counts.length) {
    grow(to, step);
    at = step - to.first;
  }
  to.counts[at]! += times;
  to.total += times;
}

/** Make room for `step`: at least twice the range, but nothing beyond the limits. */
function grow(counts: StepCounts, step: number): void {
  const isEmpty = counts.counts.length === 0;
  const low = isEmpty ? step : Math.min(step, counts.first);
  const high = isEmpty ? step + 1 : Math.max(step + 1, counts.first + counts.counts.length);
  const margin = Math.max(FEWEST, high - low) >> 1;
  const first = Math.max(-LIMIT, low - margin);
  const grown = new Uint32Array(Math.min(LIMIT + 1, high + margin) - first);
  if (!isEmpty) grown.set(counts.counts, counts.first - first);
  counts.first = first;
  counts.counts = grown;
}

/** Add what `from` has counted. */
export function mergeSteps(to: StepCounts, from: StepCounts): void {
  from.counts.forEach((times, at) => {
    if (times > 0) addStep(to, from.first + at, times);
  });
}

/** How many values are at or above `step`. */
export function countFrom(counts: StepCounts, step: number): number {
  let sum = 0;
  for (let at = Math.max(0, step - counts.first); at < counts.counts.length; at++) {
    sum += counts.counts[at]!;
  }
  return sum;
}
