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
  for (let at = 0; at < from.counts.length; at++) {
    const times = from.counts[at]!;
    if (times > 0) addStep(to, from.first + at, times);
  }
}

/** Counts from above: how many values are at or above a step. */
export class CountsFrom {
  readonly total: number;
  private readonly first: number;
  /** Values at or above step `first + i`; the last entry is 0. */
  private readonly sums: Float64Array;

  constructor({ first, counts, total }: StepCounts) {
    this.total = total;
    this.first = first;
    this.sums = new Float64Array(counts.length + 1);
    for (let at = counts.length - 1; at >= 0; at--) {
      this.sums[at] = this.sums[at + 1]! + counts[at]!;
    }
  }

  /** How many values are at or above `step`. */
  at(step: number): number {
    return this.sums[Math.min(Math.max(0, step - this.first), this.sums.length - 1)]!;
  }

  /** Highest step from 1 on at or above which there are at least `count` values; null when there is none. */
  highestWith(count: number): number | null {
    for (let at = this.sums.length - 1; at >= 0 && this.first + at >= 1; at--) {
      if (this.sums[at]! >= count) return this.first + at;
    }
    return null;
  }
}
