import type {
  CycleRange,
  ReportedDevice,
  ReportedResources,
  ResourceReport,
} from "@cnntargz/contracts";

import { RESOURCE_KINDS } from "../resource-names.js";
import { bareName, exactBand } from "./new-report.js";

/** A report and the files that it was read from. */
export interface ReadReport {
  readonly files: readonly string[];
  readonly report: ResourceReport;
}

/** Tools print periods to three decimals; a difference of two of them may be one in the last off. */
const SAME_NS = 0.0015;

const agree = <T>(a: T | null, b: T | null, same: (a: T, b: T) => boolean = Object.is): boolean =>
  a === null || b === null || same(a, b);

const sameNs = (a: number, b: number) => Math.abs(a - b) < SAME_NS;

const agreeAmounts = (a: ReportedResources, b: ReportedResources) =>
  RESOURCE_KINDS.every((kind) => agree(a[kind], b[kind]));

const agreeRanges = (a: CycleRange, b: CycleRange) =>
  agree(a.min, b.min) && agree(a.max, b.max) && agree(a.average, b.average);

const isSilent = ({ total }: ResourceReport) =>
  RESOURCE_KINDS.every((kind) => total[kind] === null);

/** Vivado writes a part with or without `xc`, dashes and speed grade. */
function sameDevice(a: ReportedDevice, b: ReportedDevice): boolean {
  const [short, long] = [bareName(a.name), bareName(b.name)].sort((x, y) => x.length - y.length);
  return long!.startsWith(short!) && agreeAmounts(a.available, b.available);
}

/** Whether two reports can be about the same compilation and contradict each other nowhere. */
function belongTogether(a: ResourceReport, b: ResourceReport): boolean {
  // A project's timing is reported after routing and its utilization after placement.
  const sameStep =
    a.like === b.like || (a.source === "vivado-route" && (isSilent(a) || isSilent(b)));
  return (
    a.source === b.source &&
    sameStep &&
    // Vivado's reports call a design by its wrapper, its module or its project.
    (a.like !== "csynth" || agree(a.design, b.design)) &&
    agree(a.device, b.device, sameDevice) &&
    agree(a.clockNs, b.clockNs, sameNs) &&
    agree(a.estimatedClockNs, b.estimatedClockNs, sameNs) &&
    agree(a.wnsNs, b.wnsNs, sameNs) &&
    agree(a.passed, b.passed) &&
    agreeAmounts(a.total, b.total) &&
    agree(a.latencyCycles, b.latencyCycles) &&
    agree(a.latencyCyclesRange, b.latencyCyclesRange, agreeRanges) &&
    agree(a.initiationInterval, b.initiationInterval) &&
    agree(a.initiationIntervalRange, b.initiationIntervalRange, agreeRanges) &&
    agree(a.input, b.input) &&
    (a.perLayer.length === 0 ||
      b.perLayer.length === 0 ||
      JSON.stringify(a.perLayer) === JSON.stringify(b.perLayer))
  );
}

const fillAmounts = (a: ReportedResources, b: ReportedResources): ReportedResources => ({
  lut: a.lut ?? b.lut,
  ff: a.ff ?? b.ff,
  dsp: a.dsp ?? b.dsp,
  bram18: a.bram18 ?? b.bram18,
  uram: a.uram ?? b.uram,
});

function fillDevice(a: ReportedDevice | null, b: ReportedDevice | null): ReportedDevice | null {
  if (a === null || b === null) return a ?? b;
  const [first, second] = b.name.length > a.name.length ? [b, a] : [a, b];
  return {
    ...first,
    family: first.family ?? second.family,
    available: fillAmounts(first.available, second.available),
  };
}

/** `a`, and what only `b` states. */
function fill(a: ResourceReport, b: ResourceReport): ResourceReport {
  const total = fillAmounts(a.total, b.total);
  return {
    ...a,
    like: isSilent(a) ? b.like : a.like,
    tool: a.tool ?? b.tool,
    design: a.design ?? b.design,
    device: fillDevice(a.device, b.device),
    clockNs: a.clockNs ?? b.clockNs,
    estimatedClockNs: a.estimatedClockNs ?? b.estimatedClockNs,
    wnsNs: a.wnsNs ?? b.wnsNs,
    passed: a.passed ?? b.passed,
    perLayer: a.perLayer.length > 0 ? a.perLayer : b.perLayer,
    total,
    band: exactBand(total),
    latencyCycles: a.latencyCycles ?? b.latencyCycles,
    latencyCyclesRange: a.latencyCyclesRange ?? b.latencyCyclesRange,
    initiationInterval: a.initiationInterval ?? b.initiationInterval,
    initiationIntervalRange: a.initiationIntervalRange ?? b.initiationIntervalRange,
    input: a.input ?? b.input,
  };
}

/**
 * Reports of one project by the same tool at the same step, such as `csynth.xml` and `csynth.rpt` or
 * utilization and timing, become one where each says what the other leaves out. Where they contradict
 * each other all of them stay: nothing is picked silently.
 */
export function mergeReports(reports: readonly ReadReport[]): ReadReport[] {
  const merged: ReadReport[] = [];
  for (const next of reports) {
    const at = merged.findIndex(({ report }) => belongTogether(report, next.report));
    const found = merged[at];
    if (found === undefined) merged.push(next);
    else {
      merged[at] = {
        files: [...found.files, ...next.files],
        report: fill(found.report, next.report),
      };
    }
  }
  return merged;
}
