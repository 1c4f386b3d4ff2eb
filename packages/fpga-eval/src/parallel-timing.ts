import type { HlsPlan } from "@cnntargz/contracts";

import { RULES } from "./coefficients.js";
import type { DataflowTiming } from "./dataflow.js";

/**
 * When an io_parallel design gives its outputs, and when it can take the next image. A dataflow design
 * hands a whole image from layer to layer and takes the next one when its slowest layer has done; a
 * pipeline takes one every initiation interval of its slowest layer.
 *
 * @param cycles cycles from inputs to outputs by layer that is hardware
 */
export function parallelTiming(plan: HlsPlan, cycles: readonly number[]): DataflowTiming {
  const sum = cycles.reduce((total, layer) => total + layer, 0);
  if (plan.pipelineStyle === "pipeline") {
    const intervals = plan.layers.map(({ initiationInterval }) => initiationInterval);
    return { latencyCycles: sum, intervalCycles: Math.max(...intervals) };
  }
  return {
    latencyCycles: sum + RULES.handOffCycles * cycles.length,
    intervalCycles: Math.max(1, ...cycles),
  };
}
