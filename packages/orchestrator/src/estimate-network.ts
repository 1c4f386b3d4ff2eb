import {
  type HlsConfigInput,
  type HlsPlan,
  IntegerNetwork,
  type ResourceEstimate,
} from "@cnntargz/contracts";
import { estimateHls, synthesisLike } from "@cnntargz/fpga-eval";
import { planHls } from "@cnntargz/hls-codegen";
import { readArtifact } from "@cnntargz/stage-kit";

/** A network's firmware as planned, and what it is estimated to take. */
export interface NetworkEstimate {
  readonly plan: HlsPlan;
  /** As C-synthesis would count. */
  readonly resources: ResourceEstimate;
  /** What logic synthesis usually leaves of that. */
  readonly synthesized: ResourceEstimate;
}

/**
 * Plan the firmware of a network and estimate it.
 *
 * @throws CnntargzError `config` or `contract` when it can not be planned or priced so.
 */
export function estimateNetwork(network: IntegerNetwork, config: HlsConfigInput): NetworkEstimate {
  const plan = planHls(network, config);
  const resources = estimateHls(plan, network);
  return { plan, resources, synthesized: synthesisLike(resources) };
}

/**
 * Read an integer network.
 *
 * @throws CnntargzError `artifact` or `contract` when it is none.
 */
export const readNetwork = (path: string): IntegerNetwork => readArtifact(path, IntegerNetwork);
