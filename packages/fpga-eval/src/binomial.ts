/**
 * Probability of at most `successes` successes in `trials` trials of probability `p` in (0, 1),
 * summed term by term in logarithms so that it neither under- nor overflows.
 */
export function probabilityAtMost(successes: number, trials: number, p: number): number {
  if (successes < 0) return 0;
  if (successes >= trials) return 1;
  const logOdds = Math.log(p) - Math.log1p(-p);
  let logTerm = trials * Math.log1p(-p);
  let largest = logTerm;
  const logTerms = [logTerm];
  for (let k = 0; k < successes; k++) {
    logTerm += Math.log((trials - k) / (k + 1)) + logOdds;
    logTerms.push(logTerm);
    largest = Math.max(largest, logTerm);
  }
  const scaled = logTerms.reduce((sum, term) => sum + Math.exp(term - largest), 0);
  return Math.min(1, Math.exp(largest + Math.log(scaled)));
}

/**
 * Fewest trials whose one-sided 95 % Clopper-Pearson limit can be below `p` without a success:
 * `(1 - p)^n < 0.05`. For 0.002 it is 1,497.
 */
export function fewestTrialsBelow(p: number): number {
  return Math.floor(Math.log(0.05) / Math.log1p(-p)) + 1;
}
