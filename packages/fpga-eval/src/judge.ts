import {
  anyObject,
  type BitExact,
  optionsCheck,
  parseOptions,
  Requirements,
  type ResourceReport,
  type TriggerPerformance,
  type Verdict,
  type VerdictRow,
  z,
} from "@cnntargz/contracts";

import { bitExactRow } from "./bit-exact-row.js";
import { fakeRateRow, plateauRow } from "./performance-rows.js";
import { fitsRow, intervalRow, latencyRow } from "./resource-rows.js";

/** What is known of a firmware when it is judged. */
export interface Evidence {
  readonly resources: ResourceReport;
  /** On the test set of the run. */
  readonly performance: TriggerPerformance;
  readonly bitExact: BitExact;
  /** The same model on events with other noise, for information. */
  readonly atNoise?: readonly {
    /** Probability of a noise hit, per pixel. */
    readonly noisePerPixel: number;
    readonly performance: TriggerPerformance;
  }[];
}

const checkEvidence = optionsCheck<Evidence>("judge", {
  resources: anyObject,
  performance: anyObject,
  bitExact: anyObject,
  atNoise: z
    .array(z.strictObject({ noisePerPixel: z.number().min(0).max(1), performance: anyObject }))
    .optional(),
});

/**
 * Does the firmware meet its requirements? Six rows: fits the device at the upper end of the band,
 * latency, fake rate and plateau by their one-sided 95 % limits, bit-exactness, and throughput;
 * fake rates at other noise follow the third as information. Missing data never pass.
 *
 * @throws CnntargzError `contract` when the evidence contradicts itself.
 */
export function judge(evidence: Evidence, requirements: Requirements): Verdict {
  parseOptions(Requirements, requirements, "requirements of judge");
  checkEvidence(evidence);
  const { resources, performance, bitExact, atNoise = [] } = evidence;
  const informative = atNoise.map((other) => {
    const row = fakeRateRow(other.performance, requirements);
    return {
      ...row,
      requirement: `${row.requirement} at noise ${other.noisePerPixel} per pixel`,
      status: "info" as const,
    };
  });
  const rows = [
    fitsRow(resources, requirements),
    latencyRow(resources, requirements),
    fakeRateRow(performance, requirements),
    ...informative,
    plateauRow(performance, requirements),
    bitExactRow(bitExact),
    intervalRow(resources, requirements),
  ];
  return conclude(rows);
}

/**
 * The rows of a verdict that a resource report alone answers: fits the device, latency, throughput.
 * Missing data never pass.
 */
export function judgeResources(resources: ResourceReport, requirements: Requirements): Verdict {
  parseOptions(Requirements, requirements, "requirements of judgeResources");
  return conclude([
    fitsRow(resources, requirements),
    latencyRow(resources, requirements),
    intervalRow(resources, requirements),
  ]);
}

function conclude(rows: readonly VerdictRow[]): Verdict {
  const required = rows.filter(({ status }) => status !== "info");
  const status = required.some((row) => row.status === "fail")
    ? "fail"
    : required.every((row) => row.status === "pass")
      ? "pass"
      : "inconclusive";
  return { kind: "verdict", schemaVersion: 1, rows, status };
}

/** Exit code of a program that ends with `verdict`: 0 when all required rows pass, else 3. */
export function exitCode(verdict: Verdict): 0 | 3 {
  return verdict.status === "pass" ? 0 : 3;
}
