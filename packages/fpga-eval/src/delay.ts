import type { HlsConfig } from "@cnntargz/contracts";

import { RULES } from "./coefficients.js";
import { FITTED } from "./fitted-coefficients.js";

/** What HLS schedules against. */
export type KernelClock = Pick<HlsConfig, "clockPeriodNs" | "backend">;

/** Time that HLS fills with logic in one clock cycle, in ns: the period less its reserve. */
function cycleBudgetNs({ clockPeriodNs, backend }: KernelClock): number {
  return clockPeriodNs * (1 - RULES.clockUncertainty[backend]);
}

/** Additions in a row that fit into one clock cycle, not rounded: HLS splits wide ones. */
export function additionsPerCycle(clock: KernelClock): number {
  return cycleBudgetNs(clock) / FITTED.delaysNs.addition;
}

/** Levels of a balanced binary tree over `terms` values. */
export function treeLevels(terms: number): number {
  return terms <= 1 ? 0 : Math.ceil(Math.log2(terms));
}

/** Clock cycles that `delayNs` of chained logic takes; at least one. */
export function cyclesOf(delayNs: number, clock: KernelClock): number {
  return Math.max(1, Math.ceil(delayNs / cycleBudgetNs(clock)));
}
