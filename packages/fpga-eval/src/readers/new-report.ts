import type {
  CycleRange,
  ReportedDevice,
  ReportedResources,
  ReportSource,
  ReportStep,
  ResourceBand,
  ResourceReport,
} from "@cnntargz/contracts";

import { DEVICES } from "../devices.js";

/** Nothing said of any resource. */
const NOTHING: ReportedResources = {
  lut: null,
  ff: null,
  dsp: null,
  bram18: null,
  uram: null,
};

/** The band of what a tool has counted: [v, v]. */
export function exactBand(total: ReportedResources): ResourceBand {
  const exact = (count: number | null) => (count === null ? null : ([count, count] as const));
  return {
    lut: exact(total.lut),
    ff: exact(total.ff),
    dsp: exact(total.dsp),
    bram18: exact(total.bram18),
    uram: exact(total.uram),
  };
}

/** What a reader has found in a report; what it leaves out is not stated there. */
export type Findings = { source: ReportSource; like: ReportStep } & Partial<
  Omit<ResourceReport, "kind" | "schemaVersion" | "band">
>;

/** A range that says nothing is none. */
function statedRange(range: CycleRange | null = null): CycleRange | null {
  return range === null || Object.values(range).every((cycles) => cycles === null) ? null : range;
}

/** A report of what was found, null in all other places. */
export function newReport({ source, like, ...findings }: Findings): ResourceReport {
  const total = findings.total ?? NOTHING;
  return {
    kind: "resource-report",
    schemaVersion: 1,
    source,
    like,
    tool: null,
    design: null,
    device: null,
    clockNs: null,
    estimatedClockNs: null,
    wnsNs: null,
    passed: null,
    perLayer: [],
    latencyCycles: null,
    initiationInterval: null,
    input: null,
    ...findings,
    latencyCyclesRange: statedRange(findings.latencyCyclesRange),
    initiationIntervalRange: statedRange(findings.initiationIntervalRange),
    total,
    band: exactBand(total),
  };
}

/** Letters and digits of a part's name without the `xc` that Vivado drops: `vu13pflga25772e`. */
export const bareName = (part: string): string =>
  part
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/^xc/, "");

/**
 * The part of a report that does not say what is on it: from the device table where that has it,
 * else with unknown amounts.
 */
export function namedDevice(part: string): ReportedDevice {
  const bare = bareName(part);
  // The longest name that fits: xcku115 is no xcku11.
  const known = DEVICES.filter(({ name }) => bare.startsWith(bareName(name))).sort(
    (a, b) => b.name.length - a.name.length,
  )[0];
  return {
    name: part,
    family: known?.family ?? null,
    available: known?.available ?? NOTHING,
    source: known === undefined ? "the report, which does not say what is on it" : known.source,
  };
}
