import { ONE_SIGMA } from "./clopper-pearson.js";
import { type StepCounts, STEPS_PER_UNIT } from "./steps.js";

/** Lower tail of a Gaussian beyond one standard deviation: the "16 %" of the 16-84 % width. */
const TAIL = (1 - ONE_SIGMA) / 2;

/** Spread of residuals (predicted - true), in their unit, with errors of one standard deviation. */
export interface Spread {
  /** Number of residuals. */
  readonly events: number;
  /** Mean; its error is std / sqrt(n). */
  readonly bias: number;
  readonly biasError: number;
  /** Standard deviation about the mean, divided by n; its error follows from the fourth moment. */
  readonly std: number;
  readonly stdError: number;
  /**
   * Half of the width between the 15.87 % and 84.13 % quantiles: one sigma of a Gaussian. Its error
   * is that of two correlated order statistics.
   */
  readonly halfWidth68: number;
  readonly halfWidth68Error: number;
}

/** Distinct values, ascending, and how often each occurs. */
interface Counted {
  readonly values: Float64Array;
  readonly times: Float64Array;
}

/** Bias and spread of residuals; null when there are none. */
export function spreadOf(residuals: ArrayLike<number>): Spread | null {
  const values = Float64Array.from(residuals).sort();
  return spreadOfCounted({ values, times: new Float64Array(values.length).fill(1) });
}

/** Bias and spread of counted steps, in units; null when there are none. */
export function spreadOfSteps({ first, counts }: StepCounts): Spread | null {
  let seen = 0;
  for (let at = 0; at < counts.length; at++) if (counts[at]! > 0) seen++;
  const values = new Float64Array(seen);
  const times = new Float64Array(seen);
  for (let at = 0, index = 0; index < seen; at++) {
    if (counts[at] === 0) continue;
    values[index] = (first + at) / STEPS_PER_UNIT;
    times[index++] = counts[at]!;
  }
  return spreadOfCounted({ values, times });
}

function spreadOfCounted(counted: Counted): Spread | null {
  const { values, times } = counted;
  let events = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    events += times[i]!;
    sum += times[i]! * values[i]!;
  }
  if (events === 0) return null;
  const bias = sum / events;
  let squares = 0;
  let fourths = 0;
  for (let i = 0; i < values.length; i++) {
    const square = (values[i]! - bias) ** 2;
    squares += times[i]! * square;
    fourths += times[i]! * square * square;
  }
  const variance = squares / events;
  const std = Math.sqrt(variance);
  // Var(s^2) = (m4 - m2^2) / n to first order, and ds = d(s^2) / 2 s.
  const varianceOfVariance = Math.max(0, fourths / events - variance * variance) / events;
  const quantile = quantiles(counted, events);
  return {
    events,
    bias,
    biasError: std / Math.sqrt(events),
    std,
    stdError: std === 0 ? 0 : Math.sqrt(varianceOfVariance) / (2 * std),
    halfWidth68: (quantile(1 - TAIL) - quantile(TAIL)) / 2,
    halfWidth68Error: halfWidthError(quantile, events),
  };
}

/** Quantiles interpolated linearly between order statistics, as numpy does. */
function quantiles({ values, times }: Counted, events: number): (fraction: number) => number {
  const upTo = new Float64Array(times.length);
  let sum = 0;
  for (let i = 0; i < times.length; i++) upTo[i] = sum += times[i]!;
  /** The value of rank `rank`, counted from 0. */
  const ranked = (rank: number): number => {
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! > rank) high = middle;
      else low = middle + 1;
    }
    return values[low]!;
  };
  return (fraction) => {
    const position = Math.min(1, Math.max(0, fraction)) * (events - 1);
    const below = Math.floor(position);
    const [low, high] = [ranked(below), ranked(Math.min(below + 1, events - 1))];
    return low + (high - low) * (position - below);
  };
}

/**
 * Error of half the distance of the two quantiles. The rank of a quantile p of n values fluctuates
 * by sqrt(n p (1 - p)), which the quantiles that far to either side turn into a distance; ranks of
 * p and 1 - p are correlated by p / (1 - p).
 */
function halfWidthError(quantile: (fraction: number) => number, events: number): number {
  const step = Math.sqrt((TAIL * (1 - TAIL)) / events);
  const errorAt = (p: number): number => (quantile(p + step) - quantile(p - step)) / 2;
  const [low, high] = [errorAt(TAIL), errorAt(1 - TAIL)];
  const correlation = TAIL / (1 - TAIL);
  return Math.sqrt(low * low + high * high - 2 * correlation * low * high) / 2;
}
