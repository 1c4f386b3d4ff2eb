import { join } from "node:path";

import { HlsPlan, HlsProject, IntegerNetwork, ResourceEstimate } from "@cnntargz/contracts";
import { pixelIntegers } from "@cnntargz/dataset";
import { compileNetwork } from "@cnntargz/fixed-point";
import { estimateHls } from "@cnntargz/fpga-eval";
import { planHls, renderHls } from "@cnntargz/hls-codegen";
import { digestTree, readArtifact, writeArtifact } from "@cnntargz/stage-kit";

import type { RunContext } from "../run-context.js";
import type { RunData } from "./dataset.js";

/** Firmware, how it was planned, and what it needs of the device. */
export interface Firmware {
  readonly plan: HlsPlan;
  readonly project: HlsProject;
  readonly resources: ResourceEstimate;
  /** Digest over the text of every firmware file. */
  readonly digest: string;
}

/** Test images that the firmware's own testbench carries. */
const TESTBENCH_IMAGES = 100;

/** Plan, render and price the firmware. */
export async function makeFirmware(
  run: RunContext,
  data: RunData,
  network: IntegerNetwork,
): Promise<Firmware> {
  const stage = "firmware";
  const provenance = run.provenance(
    stage,
    ["dataset", "integers"],
    ["fixed-point", "hls-codegen", "fpga-eval"],
    run.config.hls,
  );
  const writes = ["plan.json", "project.json", "resources.json"];
  const { folder } = await run.stage(provenance, { writes }, (partial) => {
    const plan = planHls(network, run.config.hls);
    const { start, count: available } = data.ranges.test;
    const count = Math.min(TESTBENCH_IMAGES, available);
    const inputs = pixelIntegers(data.dataset, { start, count });
    const outputs = compileNetwork(network).run(inputs, count);
    const project = renderHls(plan, network, { testbench: { inputs, outputs, count } });
    writeArtifact(join(partial, "plan.json"), HlsPlan, plan);
    writeArtifact(join(partial, "project.json"), HlsProject, project);
    writeArtifact(join(partial, "resources.json"), ResourceEstimate, estimateHls(plan, network));
  });
  const project = readArtifact(join(folder, "project.json"), HlsProject);
  return {
    plan: readArtifact(join(folder, "plan.json"), HlsPlan),
    project,
    resources: readArtifact(join(folder, "resources.json"), ResourceEstimate),
    digest: digestTree(project.files),
  };
}
