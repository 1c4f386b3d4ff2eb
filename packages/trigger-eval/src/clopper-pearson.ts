import { CnntargzError, type Proportion } from "@cnntargz/contracts";

import { proportionAt } from "./proportion-at.js";

/** Confidence level of one standard deviation of a Gaussian, ROOT's `TEfficiency` default. */
export const ONE_SIGMA = 0.682689492137;
/** Confidence level of the one-sided limits on plateau and fake rate. */
export const LIMIT_CONFIDENCE = 0.95;

function check(passed: number, total: number, confidence: number): void {
  const counted = Number.isSafeInteger(passed) && Number.isSafeInteger(total);
  if (!counted || passed < 0 || passed > total) {
    throw new CnntargzError(
      "contract",
      `${passed} of ${total} is not a proportion: both must be counts, 0 <= passed <= total`,
    );
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new CnntargzError(
      "contract",
      `confidence is ${confidence}, it must be between 0 and 1 (such as 0.95)`,
    );
  }
}

/**
 * One-sided Clopper-Pearson lower limit of a binomial probability: the p at which `passed` or more
 * of `total` have probability `1 - confidence`, i.e. that quantile of
 * Beta(passed, total - passed + 1). 0 when nothing passed.
 *
 * @throws CnntargzError `contract` when passed, total or confidence make no sense.
 */
export function lowerLimit(passed: number, total: number, confidence: number): number {
  check(passed, total, confidence);
  if (passed === 0) return 0;
  return proportionAt(passed, total, 1 - confidence, confidence).p;
}

/**
 * One-sided Clopper-Pearson upper limit of a binomial probability: the p at which `passed` or fewer
 * of `total` have probability `1 - confidence`, i.e. the `confidence` quantile of
 * Beta(passed + 1, total - passed). 1 when all passed, as also when there were none at all.
 *
 * @throws CnntargzError `contract` when passed, total or confidence make no sense.
 */
export function upperLimit(passed: number, total: number, confidence: number): number {
  check(passed, total, confidence);
  if (passed === total) return 1;
  return proportionAt(total - passed, total, 1 - confidence, confidence).q;
}

/**
 * `passed / total` with its central Clopper-Pearson interval: `(1 - confidence) / 2` on either
 * side. For total 0 the value is null and the interval [0, 1].
 *
 * @throws CnntargzError `contract` when passed, total or confidence make no sense.
 */
export function clopperPearson(
  passed: number,
  total: number,
  confidence: number = ONE_SIGMA,
): Proportion {
  check(passed, total, confidence);
  // Not 1 - tail: near a confidence of 1 the tail would be rounded away.
  const tail = (1 - confidence) / 2;
  const rest = (1 + confidence) / 2;
  return {
    passed,
    total,
    value: total === 0 ? null : passed / total,
    low: passed === 0 ? 0 : proportionAt(passed, total, tail, rest).p,
    high: passed === total ? 1 : proportionAt(total - passed, total, tail, rest).q,
    confidence,
  };
}
