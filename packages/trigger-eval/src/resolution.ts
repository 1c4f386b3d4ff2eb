import { ONE_SIGMA } from "./clopper-pearson.js";

/** Lower tail of a Gaussian beyond one standard deviation: the "16 %" of the 16-84 % width. */
const TAIL = (1 - ONE_SIGMA) / 2;

/** Spread of residuals (predicted - true), in their unit. */
export interface Spread {
  /** Mean. */
  readonly bias: number;
  /** Standard deviation about the mean, divided by n. */
  readonly std: number;
  /** Half of the width between the 15.87 % and 84.13 % quantiles: one sigma of a Gaussian. */
  readonly halfWidth68: number;
}

/** Quantile of ascending `sorted`, interpolated linearly between order statistics as numpy does. */
function quantile(sorted: Float64Array, fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

/** Bias and spread of residuals; null when there are none. */
export function spreadOf(residuals: ArrayLike<number>): Spread | null {
  const count = residuals.length;
  if (count === 0) return null;
  const sorted = Float64Array.from(residuals).sort();
  let sum = 0;
  for (const residual of sorted) sum += residual;
  const bias = sum / count;
  let squares = 0;
  for (const residual of sorted) squares += (residual - bias) ** 2;
  return {
    bias,
    std: Math.sqrt(squares / count),
    halfWidth68: (quantile(sorted, 1 - TAIL) - quantile(sorted, TAIL)) / 2,
  };
}
