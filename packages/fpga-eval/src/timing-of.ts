import type { ResourceReport } from "@cnntargz/contracts";

/** What cycles come to in time; null where the report does not say enough. */
export interface ReportTiming {
  /** The clock period asked for, or the longer one that timing analysis allows. */
  readonly periodNs: number | null;
  readonly latencyNs: number | null;
  readonly intervalNs: number | null;
  /** Whether timing analysis does not allow the clock that was asked for. */
  readonly missesClock: boolean;
}

/** Latency and interval in ns: cycles x max(target, analysed period). */
export function timingOf(report: ResourceReport): ReportTiming {
  const { clockNs, estimatedClockNs, latencyCycles, initiationInterval } = report;
  const missesClock = clockNs !== null && estimatedClockNs !== null && estimatedClockNs > clockNs;
  const periodNs = missesClock ? estimatedClockNs : clockNs;
  const inNs = (cycles: number | null) =>
    cycles === null || periodNs === null ? null : cycles * periodNs;
  return {
    periodNs,
    latencyNs: inNs(latencyCycles),
    intervalNs: inNs(initiationInterval),
    missesClock,
  };
}
