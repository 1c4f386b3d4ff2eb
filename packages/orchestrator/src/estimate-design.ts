import {
  type HlsConfig,
  parseOptions,
  type ReportedResources,
  Requirements,
  type ResourceEstimate,
  type Verdict,
} from "@cnntargz/contracts";
import { judgeResources, percentOf, timingOf } from "@cnntargz/fpga-eval";

import { estimateNetwork } from "./estimate-network.js";
import type { Design } from "./read-design.js";

/** What `cnntargz estimate --json` prints. */
export interface DesignEstimate {
  readonly network: string;
  /** The integer network's file. */
  readonly file: string;
  readonly hls: HlsConfig;
  /** As C-synthesis would count; the verdict is about this. */
  readonly resources: ResourceEstimate;
  /** What logic synthesis usually leaves of that. */
  readonly synthesized: ResourceEstimate;
  /** Percent of what is on the device. */
  readonly percent: ReportedResources;
  readonly latencyNs: number | null;
  readonly intervalNs: number | null;
  /** Whether it takes an image at every bunch crossing. */
  readonly keepsUp: boolean;
  /** Rows of the verdict. */
  readonly requirements: Verdict["rows"];
  readonly status: Verdict["status"];
}

/**
 * Estimate the firmware of a design, and judge it.
 *
 * @throws CnntargzError `config` when it can not be planned or priced as configured.
 */
export function estimateDesign(
  { network, file, hls }: Design,
  requirements: Requirements,
): { estimate: DesignEstimate; verdict: Verdict } {
  parseOptions(Requirements, requirements, "requirements of estimateDesign");
  const { resources, synthesized } = estimateNetwork(network, hls);
  const verdict = judgeResources(resources, requirements);
  const { latencyNs, intervalNs } = timingOf(resources);
  return {
    verdict,
    estimate: {
      network: network.name,
      file,
      hls,
      resources,
      synthesized,
      percent: percentOf(resources),
      latencyNs,
      intervalNs,
      keepsUp: intervalNs !== null && intervalNs <= requirements.bunchCrossingNs,
      requirements: verdict.rows,
      status: verdict.status,
    },
  };
}
