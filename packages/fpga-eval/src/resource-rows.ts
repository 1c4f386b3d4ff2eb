import type { Requirements, ResourceReport, VerdictRow } from "@cnntargz/contracts";

import { blameLatency, blameResource } from "./blame.js";
import { RESOURCE_KINDS, RESOURCE_NAMES } from "./resource-names.js";
import { number, percent } from "./row-figures.js";
import { isToolReport, sourceOf } from "./source-of.js";
import { timingOf } from "./timing-of.js";

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
  // A tool may find that a design of wires takes nothing; an estimate that does has nothing before it.
  const hasNothing = uses.every(({ high }) => high === null || high === 0);
  const isCounted = isToolReport(resources) && band.lut !== null && band.ff !== null;
  if (device === null || (hasNothing && !isCounted)) {
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
      `${isExact ? "Counted by" : "Upper end of the band of"} ${source}: ${counted.join(", ") || "nothing"}` +
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
