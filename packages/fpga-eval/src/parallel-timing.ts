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
  const isPipeline = plan.pipelineStyle === "pipeline";
  const handOff = isPipeline ? 0 : RULES.handOffCycles;
  const doneAfter: number[] = [];
  for (const layer of cycles) doneAfter.push((doneAfter.at(-1) ?? 0) + layer + handOff);
  const intervals = isPipeline
    ? plan.layers.map(({ initiationInterval }) => initiationInterval)
    : [1, ...cycles];
  return {
    latencyCycles: doneAfter.at(-1) ?? 0,
    intervalCycles: Math.max(...intervals),
    doneAfter,
  };
}
