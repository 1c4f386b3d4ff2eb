import {
  CnntargzError,
  type Proportion,
  type Requirements,
  type TriggerPerformance,
  type VerdictRow,
} from "@cnntargz/contracts";

import { fewestTrialsBelow, probabilityAtMost } from "./binomial.js";
import { number, percent } from "./row-figures.js";

/** One minus the confidence of every limit here. */
const ALPHA = 0.05;

function checkProportion(name: string, { passed, total }: Proportion): void {
  if (passed > total) {
    throw new CnntargzError(
      "contract",
      `${name}: ${passed} of ${total} events passed, which is more than there are; evaluate again`,
    );
  }
}

function checkLimit(name: string, consistent: boolean, value: number | null, limit: number): void {
  if (!consistent) {
    throw new CnntargzError(
      "contract",
      `${name}: the measured value ${String(value)} is beyond its own 95 % limit ${limit}; evaluate again`,
    );
  }
}

/** Row 3: the one-sided 95 % upper limit of the fake rate is below the required rate. */
export function fakeRateRow(
  performance: TriggerPerformance,
  requirements: Requirements,
): VerdictRow {
  const { fakeRate, fakeRateUpperLimit: upper, thresholdGeV } = performance;
  const { passed, total, value } = fakeRate;
  const limit = requirements.fakeRate;
  checkProportion("fake rate", fakeRate);
  checkLimit("fake rate", value === null || value <= upper, value, upper);
  const row = { requirement: `fake rate < ${percent(limit)} (95 % upper limit)`, limit, unit: "" };
  if (total === 0 || value === null) {
    return {
      ...row,
      value: null,
      margin: null,
      status: "inconclusive",
      note: "No background event was evaluated; add some to the test set.",
    };
  }
  const needed = fewestTrialsBelow(limit);
  // P(X >= passed) below 5 % at the required rate itself: then the true rate is larger.
  const isProven = 1 - probabilityAtMost(passed - 1, total, limit) < ALPHA;
  const tooFew = total < needed;
  const counted =
    `${number(passed)} of ${number(total)} background events at or above ${number(thresholdGeV)} GeV: ` +
    `${percent(value)}, upper limit ${percent(upper)}`;
  const status = tooFew && !isProven ? "inconclusive" : !tooFew && upper < limit ? "pass" : "fail";
  return {
    ...row,
    value: upper,
    margin: (limit - upper) / limit,
    status,
    note:
      status === "inconclusive"
        ? `${counted}; it takes at least ${number(needed)} background events to pass.`
        : `${counted}.`,
  };
}

/** Row 4: the 95 % lower limit of the plateau efficiency reaches the required efficiency. */
export function plateauRow(
  performance: TriggerPerformance,
  requirements: Requirements,
): VerdictRow {
  const { plateau, plateauLowerLimit: lower } = performance;
  const { passed, total, value } = plateau;
  const limit = requirements.plateau;
  checkProportion("plateau", plateau);
  checkLimit("plateau", value === null || value >= lower, value, lower);
  const row = {
    requirement: `plateau >= ${number(limit)} (95 % lower limit)`,
    limit,
    unit: "",
  };
  if (total === 0 || value === null) {
    return {
      ...row,
      value: null,
      margin: null,
      status: "inconclusive",
      note: "No muon of 15 to 20 GeV was evaluated; add some to the test set.",
    };
  }
  const counted =
    `${number(passed)} of ${number(total)} muons of 15 to 20 GeV pass: ${number(value)}, ` +
    `lower limit ${number(lower)}`;
  // Even all of fewer muons than this passing has a lower limit below the required efficiency.
  const needed = limit >= 1 || limit <= 0 ? 1 : fewestTrialsBelow(1 - limit);
  const isProven = probabilityAtMost(passed, total, limit) < ALPHA;
  const tooFew = total < needed;
  const status = tooFew && !isProven ? "inconclusive" : !tooFew && lower >= limit ? "pass" : "fail";
  return {
    ...row,
    value: lower,
    margin: limit > 0 ? (lower - limit) / limit : null,
    status,
    note:
      status === "inconclusive"
        ? `${counted}; it takes at least ${number(needed)} such muons to pass.`
        : `${counted}.`,
  };
}
