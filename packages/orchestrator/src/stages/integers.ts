import { join } from "node:path";

import { IntegerNetwork, TrainedModel } from "@cnntargz/contracts";
import { pixelIntegers } from "@cnntargz/dataset";
import { freezeOutput, toIntegerNetwork } from "@cnntargz/quant";
import { readArtifact, writeArtifact } from "@cnntargz/stage-kit";

import type { RunContext } from "../run-context.js";
import type { RunData } from "./dataset.js";

/** A network whose every weight is on its fixed-point grid, and the same network as integers. */
export interface FrozenNetwork {
  readonly model: TrainedModel;
  readonly network: IntegerNetwork;
}

/** Round the output layer, and turn the network into integers. */
export async function freeze(
  run: RunContext,
  data: RunData,
  quantized: TrainedModel,
): Promise<FrozenNetwork> {
  const stage = "integers";
  const provenance = run.provenance(
    stage,
    ["dataset", "train-quantized"],
    ["fixed-point", "quant"],
    { typeRule: "interval", split: run.config.dataset.split },
  );
  const writes = ["model.json", "network.json"];
  const { folder } = await run.stage(provenance, { writes }, (partial) => {
    const { validation } = data.ranges;
    const images = pixelIntegers(data.dataset, validation);
    const { model } = freezeOutput(quantized, images, validation.count);
    const network = toIntegerNetwork(model, { typeRule: "interval" });
    writeArtifact(join(partial, "model.json"), TrainedModel, model);
    writeArtifact(join(partial, "network.json"), IntegerNetwork, network);
  });
  return {
    model: readArtifact(join(folder, "model.json"), TrainedModel),
    network: readArtifact(join(folder, "network.json"), IntegerNetwork),
  };
}
