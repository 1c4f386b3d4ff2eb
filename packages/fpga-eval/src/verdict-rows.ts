import {
  type BitExact,
  CnntargzError,
  type Proportion,
  type Requirements,
  type ResourceKind,
  type ResourceReport,
  type TriggerPerformance,
  type VerdictRow,
} from "@cnntargz/contracts";

import { fewestTrialsBelow, probabilityAtMost } from "./binomial.js";

const RESOURCE_NAMES: Readonly<Record<ResourceKind, string>> = {
  lut: "LUT",
  ff: "FF",
  dsp: "DSP",
  bram18: "BRAM18",
  uram: "URAM",
};
const KINDS = Object.keys(RESOURCE_NAMES) as readonly ResourceKind[];
/** One minus the confidence of every limit here. */
const ALPHA = 0.05;

const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 6 });
const percent = (value: number) => `${number(Number((100 * value).toPrecision(3)))} %`;

/** Row 1: every resource, at the upper end of its band, is on the device. */
export function fitsRow(resources: ResourceReport): VerdictRow {
  const { available, name } = resources.device;
  const shares = KINDS.map((kind) => {
    const [low, high] = resources.band[kind];
    return { kind, low, high, has: available[kind] };
  });
  const worst = shares
    .filter(({ high, has }) => has > 0 || high > 0)
    .map(({ high, has }) => high / has)
    .reduce((most, share) => Math.max(most, share), 0);
  const tooMany = shares.filter(({ low, has }) => low > has);
  const doubtful = shares.filter(({ high, has }) => high > has);
  const named = shares
    .filter(({ high }) => high > 0)
    .map(({ kind, high, has }) => `${RESOURCE_NAMES[kind]} ${number(high)} of ${number(has)}`);
  const over = (tooMany.length > 0 ? tooMany : doubtful).map(({ kind }) => RESOURCE_NAMES[kind]);
  const answer = { pass: "", inconclusive: "; too many within the band", fail: "; too many" };
  const noData = KINDS.every((kind) => resources.band[kind][1] === 0);
  const status = noData
    ? "inconclusive"
    : tooMany.length > 0
      ? "fail"
      : doubtful.length > 0
        ? "inconclusive"
        : "pass";
  return {
    requirement: `fits ${name}`,
    value: noData || !Number.isFinite(worst) ? null : 100 * worst,
    limit: 100,
    margin: noData || !Number.isFinite(worst) ? null : 1 - worst,
    unit: "%",
    status,
    note: noData
      ? `The ${resources.source} report counts no resource at all; estimate or synthesize the design.`
      : `Upper end of the ${resources.source} band (like ${resources.like}): ${named.join(", ")}` +
        `${answer[status]}${over.length > 0 ? `: ${over.join(", ")}` : ""}.`,
  };
}

/** Row 2: latency in ns is cycles times clock period. */
export function latencyRow(resources: ResourceReport, requirements: Requirements): VerdictRow {
  const { latencyCycles, clockNs } = resources;
  const limit = requirements.latencyNs;
  const known = latencyCycles > 0;
  const value = latencyCycles * clockNs;
  return {
    requirement: `latency <= ${number(limit)} ns`,
    value: known ? value : null,
    limit,
    margin: known ? (limit - value) / limit : null,
    unit: "ns",
    status: !known ? "inconclusive" : value <= limit ? "pass" : "fail",
    note: known
      ? `${number(latencyCycles)} cycles of ${number(clockNs)} ns (${resources.source}), input ${resources.input}.`
      : `The ${resources.source} report has no latency; simulate or estimate the design.`,
  };
}

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

/** Row 5: no value differs in any pair, and there is a pair. */
export function bitExactRow(bitExact: BitExact): VerdictRow {
  const compared = bitExact.pairs.filter(({ images }) => images > 0);
  const inPairs = bitExact.pairs.reduce((sum, { mismatches }) => sum + mismatches, 0);
  if (inPairs !== bitExact.mismatches) {
    throw new CnntargzError(
      "contract",
      `bit-exactness: the pairs have ${inPairs} mismatches, their sum says ${bitExact.mismatches}; compare again`,
    );
  }
  const isKnown = compared.length > 0;
  const { mismatches } = bitExact;
  const worst = compared.find((pair) => pair.mismatches > 0);
  const differ =
    worst === undefined
      ? ""
      : `; ${worst.candidate} differs from ${worst.reference} in ${number(worst.mismatches)} of its values`;
  return {
    requirement: "bit-exact",
    value: isKnown ? mismatches : null,
    limit: 0,
    margin: null,
    unit: "mismatches",
    status: !isKnown ? "inconclusive" : mismatches === 0 ? "pass" : "fail",
    note: isKnown
      ? `${compared.length} pair${compared.length === 1 ? "" : "s"} compared, whole test set ${number(bitExact.images)} images${differ}.`
      : "Nothing was compared; run the firmware's C++ against the integer network.",
  };
}

/** Row 6: the design takes an image every bunch crossing; information for those that do not. */
export function intervalRow(resources: ResourceReport, requirements: Requirements): VerdictRow {
  const { initiationInterval, clockNs } = resources;
  const limit = requirements.bunchCrossingNs;
  const value = initiationInterval * clockNs;
  const keepsUp = value <= limit;
  const copies = Math.ceil(value / limit);
  return {
    requirement: `one image per ${number(limit)} ns bunch crossing`,
    value,
    limit,
    margin: (limit - value) / limit,
    unit: "ns",
    status: keepsUp ? "pass" : "info",
    note:
      `A new image every ${number(initiationInterval)} cycles of ${number(clockNs)} ns` +
      (keepsUp ? "." : `; to see every crossing takes ${number(copies)} copies in turn.`),
  };
}
