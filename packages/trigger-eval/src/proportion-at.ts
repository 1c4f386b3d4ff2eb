import { binomialTails } from "./binomial-tails.js";

/** Odds from e^-745 to e^745: what a double can hold. */
const LARGEST_LOG_ODDS = 745;

/**
 * The probability p of a success at which `k` or more of `n` have probability `atLeast`, and q =
 * 1 - p, each to its own last digits. Both tails are given because one of them may be too close to 1 to be
 * told from it.
 *
 * @param k from 1 to n
 * @param below `1 - atLeast`
 */
export function proportionAt(
  k: number,
  n: number,
  atLeast: number,
  below: number,
): { p: number; q: number } {
  const at = (logOdds: number) => ({
    p: 1 / (1 + Math.exp(-logOdds)),
    q: 1 / (1 + Math.exp(logOdds)),
  });
  let [low, high] = [-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS];
  let logOdds = Math.log(k / (n - k + 1));
  // Newton's method on the logarithm of the smaller tail; bisection where it leaves the bracket.
  for (;;) {
    const { p, q } = at(logOdds);
    const tails = binomialTails(k, n, p, q);
    const [excess, slope] =
      atLeast <= below
        ? [Math.log(tails.atLeast / atLeast), tails.slope / tails.atLeast]
        : [-Math.log(tails.below / below), tails.slope / tails.below];
    if (excess >= 0) high = logOdds;
    if (excess <= 0) low = logOdds;
    const newton = logOdds - excess / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    const isDone = Math.abs(next - logOdds) <= 1e-15 * Math.max(1, Math.abs(logOdds));
    logOdds = next;
    if (isDone || next === low || next === high) return at(logOdds);
  }
}
