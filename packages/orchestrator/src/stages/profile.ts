import { join } from "node:path";

import { NetworkProfile, type TrainedModel } from "@cnntargz/contracts";
import { pixelIntegers } from "@cnntargz/dataset";
import { profileNetwork } from "@cnntargz/quant";
import { readArtifact, writeArtifact } from "@cnntargz/stage-kit";

import type { RunContext } from "../run-context.js";
import type { RunData } from "./dataset.js";
import type { FrozenNetwork } from "./integers.js";

/** Validation images that go through the network: percentiles do not change with more. */
const IMAGES = 2000;

/** Ranges of the network's weights (as they were trained), sums and activations against their types. */
export async function profile(
  run: RunContext,
  data: RunData,
  quantized: TrainedModel,
  { network }: FrozenNetwork,
): Promise<NetworkProfile> {
  const stage = "profile";
  const { start, count: available } = data.ranges.validation;
  const count = Math.min(IMAGES, available);
  const provenance = run.provenance(
    stage,
    ["dataset", "train-quantized", "integers"],
    ["fixed-point", "quant"],
    { images: count, split: run.config.dataset.split },
  );
  const writes = ["profile.json"];
  const { folder } = await run.stage(provenance, { writes }, (partial) => {
    const images = pixelIntegers(data.dataset, { start, count });
    const { weights } = quantized;
    const profile = profileNetwork(network, images, count, { weights }, run.stageContext(stage));
    writeArtifact(join(partial, "profile.json"), NetworkProfile, profile);
  });
  return readArtifact(join(folder, "profile.json"), NetworkProfile);
}
