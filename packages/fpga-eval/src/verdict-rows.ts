import {
  type BitExact,
  CnntargzError,
  type Proportion,
  type Requirements,
  type ResourceReport,
  type TriggerPerformance,
  type VerdictRow,
} from "@cnntargz/contracts";

import { fewestTrialsBelow, probabilityAtMost } from "./binomial.js";
import { blameLatency, blameResource } from "./blame.js";
import { RESOURCE_KINDS, RESOURCE_NAMES } from "./resource-names.js";
import { sourceOf } from "./source-of.js";
import { timingOf } from "./timing-of.js";

/** One minus the confidence of every limit here. */
const ALPHA = 0.05;

const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 6 });
const percent = (value: number) => `${number(Number((100 * value).toPrecision(3)))} %`;

/** A row about something that the report does not say. */
const unknown = { value: null, margin: null } as const;

/**
 * Row 1: every resource, at the upper end of its band, is within the share of the device. A report
 * that is silent about UltraRAM uses none: tools list it where they use it.
 */
export function fitsRow(
  resources: ResourceReport,
  { deviceShare = 1 }: Pick<Requirements, "deviceShare"> = {},
): VerdictRow {
  const { device, band } = resources;
  const row = {
    requirement:
      `fits ${deviceShare === 1 ? "" : `in ${percent(deviceShare)} of `}` +
      (device?.name ?? "the device"),
    limit: 100 * deviceShare,
    unit: "%",
  };
  const source = sourceOf(resources);
  const uses = RESOURCE_KINDS.map((kind) => ({
    kind,
    low: band[kind]?.[0] ?? null,
    high: band[kind]?.[1] ?? (kind === "uram" ? 0 : null),
    available: device?.available[kind] ?? null,
  }));
  if (device === null || uses.every(({ high }) => high === null || high === 0)) {
    return {
      ...row,
      ...unknown,
      status: "inconclusive",
      note: `${source} counts no resource of a device; estimate or synthesize the design.`,
    };
  }
  const shares = uses.map(({ high, available }) =>
    high === 0 ? 0 : high === null || available === null ? null : high / available,
  );
  const worst = Math.max(0, ...shares.filter((share) => share !== null));
  const over = (end: "low" | "high") =>
    uses
      .filter((use) => {
        const amount = use[end];
        return amount !== null && use.available !== null && amount > deviceShare * use.available;
      })
      .map(({ kind }) => kind);
  const tooMany = over("low");
  const doubtful = over("high");
  const silent = uses.filter((_, at) => shares[at] === null).map(({ kind }) => kind);
  const status =
    tooMany.length > 0
      ? "fail"
      : doubtful.length > 0 || silent.length > 0
        ? "inconclusive"
        : "pass";
  const blamed = tooMany.length > 0 ? tooMany : doubtful;
  const names = (kinds: typeof blamed) => kinds.map((kind) => RESOURCE_NAMES[kind]).join(", ");
  const counted = uses
    .filter(({ high }) => high !== null && high > 0)
    .map(
      ({ kind, high, available }) =>
        `${RESOURCE_NAMES[kind]} ${number(high!)} of ${available === null ? "unknown" : number(available)}`,
    );
  const isExact = uses.every(({ low, high }) => low === null || low === high);
  return {
    ...row,
    value: Number.isFinite(worst) ? 100 * worst : null,
    margin: Number.isFinite(worst) ? 1 - worst / deviceShare : null,
    status,
    note: [
      `${isExact ? "Counted by" : "Upper end of the band of"} ${source}: ${counted.join(", ")}` +
        (tooMany.length > 0
          ? `; too many: ${names(tooMany)}.`
          : doubtful.length > 0
            ? `; too many within the band: ${names(doubtful)}.`
            : silent.length > 0
              ? `; not stated: ${names(silent)}.`
              : "."),
      ...blamed.map((kind) => blameResource(resources, kind)),
    ].join(" "),
  };
}

/** Row 2: latency in ns is cycles times the clock period, or the longer one that timing analysis allows. */
export function latencyRow(resources: ResourceReport, requirements: Requirements): VerdictRow {
  const { latencyCycles, input } = resources;
  const { periodNs, latencyNs, missesClock } = timingOf(resources);
  const limit = requirements.latencyNs;
  const row = { requirement: `latency <= ${number(limit)} ns`, limit, unit: "ns" };
  const source = sourceOf(resources);
  if (latencyCycles === null || latencyCycles === 0 || latencyNs === null || periodNs === null) {
    return {
      ...row,
      ...unknown,
      status: "inconclusive",
      note:
        periodNs === null && latencyCycles !== null && latencyCycles > 0
          ? `${source} has ${number(latencyCycles)} cycles but no clock; read the report of C-synthesis or timing beside it.`
          : `${source} has no latency; simulate or estimate the design.`,
    };
  }
  const passes = latencyNs <= limit;
  return {
    ...row,
    value: latencyNs,
    margin: (limit - latencyNs) / limit,
    status: passes ? "pass" : "fail",
    note: [
      `${number(latencyCycles)} cycles of ${number(periodNs)} ns (${source})` +
        (missesClock
          ? `, as timing analysis does not allow the ${number(resources.clockNs!)} ns asked for`
          : "") +
        `, input ${input ?? "not stated"}.`,
      ...(passes ? [] : [blameLatency(resources)]),
    ].join(" "),
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
  const { initiationInterval } = resources;
  const { periodNs, intervalNs } = timingOf(resources);
  const limit = requirements.bunchCrossingNs;
  const row = {
    requirement: `one image per ${number(limit)} ns bunch crossing`,
    limit,
    unit: "ns",
  };
  if (initiationInterval === null || intervalNs === null || periodNs === null) {
    return {
      ...row,
      ...unknown,
      status: "info",
      note: `${sourceOf(resources)} does not say how often the design takes an image; simulate or estimate it.`,
    };
  }
  const keepsUp = intervalNs <= limit;
  const copies = Math.ceil(intervalNs / limit);
  return {
    ...row,
    value: intervalNs,
    margin: (limit - intervalNs) / limit,
    status: keepsUp ? "pass" : "info",
    note:
      `A new image every ${number(initiationInterval)} cycles of ${number(periodNs)} ns` +
      (keepsUp ? "." : `; to see every crossing takes ${number(copies)} copies in turn.`),
  };
}
