import { existsSync, statSync } from "node:fs";

import {
  CnntargzError,
  type HlsConfig,
  type ReportedResources,
  type Requirements,
  type ResourceEstimate,
  type Verdict,
} from "@cnntargz/contracts";
import { judgeResources, percentOf, timingOf } from "@cnntargz/fpga-eval";

import { estimateNetwork, readNetwork } from "./estimate-network.js";
import { readRunFiles } from "./run-files.js";

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
 * Estimate the firmware of a network, and judge it.
 *
 * @param path an integer network or a run directory
 * @param configure how firmware is generated, given how the run did it (null for a network)
 * @throws CnntargzError `artifact` or `contract` when there is no network at `path`; `config` when it
 * can not be planned or priced as configured.
 */
export async function estimateDesign(
  path: string,
  configure: (run: HlsConfig | null) => Promise<HlsConfig>,
  requirements: Requirements,
): Promise<{ estimate: DesignEstimate; verdict: Verdict }> {
  if (!existsSync(path)) {
    throw new CnntargzError(
      "artifact",
      `${path} does not exist; give an integer network or a run directory`,
    );
  }
  const run = statSync(path).isDirectory() ? readRunFiles(path) : null;
  const file = run?.network ?? path;
  const hls = await configure(run?.hls ?? null);
  const network = readNetwork(file);
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
