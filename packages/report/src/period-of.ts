import type { ResourceReport } from "@cnntargz/contracts";

/** The clock period that cycles take in ns: the one asked for, or the longer one that timing analysis allows; null when neither is stated. */
export function periodOf({
  clockNs,
  estimatedClockNs,
}: Pick<ResourceReport, "clockNs" | "estimatedClockNs">): number | null {
  return clockNs === null ? null : Math.max(clockNs, estimatedClockNs ?? 0);
}
