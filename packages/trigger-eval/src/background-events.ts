import { lowerLimit, upperLimit } from "./clopper-pearson.js";

/** More events than this are never asked for. */
const MOST_EVENTS = 1e9;

/** Smallest integer in [low, high] for which `holds`, which must go from false to true once; null when it never does. */
function first(low: number, high: number, holds: (value: number) => boolean): number | null {
  if (low > high || !holds(high)) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Fewest background events whose one-sided Clopper-Pearson upper limit can be below `rate`, when
 * none of them fires: the smallest n with `(1 - rate)^n < 1 - confidence`. 1,497 for 0.002 at 95 %.
 *
 * @param rate required rate, between 0 and 1.
 */
export function minimumEvents(rate: number, confidence: number): number {
  return Math.floor(Math.log1p(-confidence) / Math.log1p(-rate)) + 1;
}

/**
 * Fewest events at which the one-sided limits decide whether a rate is below `rate`, if `passed` of
 * `total` is the true one: the upper limit of as many as are then expected (rounded up) is below
 * `rate`, or the lower limit (rounded down) above it.
 *
 * @returns null for total 0, and when it takes more than 10^9 events, as it does at equality.
 */
export function conclusiveEvents(
  passed: number,
  total: number,
  rate: number,
  confidence: number,
): number | null {
  const measured = passed / total;
  if (total === 0 || measured === rate) return null;
  // In steps of the expected number k: the limit of k events asks for n, of which k are expected.
  const eventsFor = (k: number): number | null =>
    measured < rate
      ? first(k + 1, MOST_EVENTS, (n) => upperLimit(k, n, confidence) < rate)
      : Math.ceil(k / measured);
  const decides = (k: number): boolean => {
    const n = eventsFor(k);
    if (n === null) return false;
    return measured < rate ? n * measured <= k : lowerLimit(k, n, confidence) > rate;
  };
  let bound = 1;
  while (!decides(bound)) {
    bound *= 2;
    if (bound > rate * MOST_EVENTS) return null;
  }
  const k = first(0, bound, decides);
  return k === null ? null : eventsFor(k);
}
