import { CnntargzError } from "@cnntargz/contracts";

import { indexRange } from "./batch-tensors.js";
import type { TrainRequest } from "./train-request.js";

type Role = "train" | "validation";
const SET_NAMES = { train: "training", validation: "validation" };

/**
 * Training and validation set must each hold two different targets: where all are the same, as in background alone, a
 * constant has the lowest loss and every network would be "dead".
 *
 * @throws CnntargzError `config` naming the set.
 */
export function assertLearnable(request: TrainRequest): void {
  assertTargetsDiffer(request, "train");
  assertTargetsDiffer(request, "validation");
}

/** Reads no further than to the first batch that holds two different targets. */
function assertTargetsDiffer(request: TrainRequest, role: Role): void {
  const { spec, config } = request;
  const source = request[role];
  let pt: number | undefined;
  let eta: number | undefined;
  for (let first = 0; first < source.count; first += config.batchSize) {
    const batch = source.batch(indexRange(first, config.batchSize, source.count));
    for (let i = 0; i < batch.count; i++) {
      pt ??= batch.targets[2 * i]!;
      if (batch.targets[2 * i] !== pt) return;
      if (batch.hasEta[i] === 0) continue;
      eta ??= batch.targets[2 * i + 1]!;
      if (batch.targets[2 * i + 1] !== eta && config.etaWeight > 0) return;
    }
  }
  const set = `the ${SET_NAMES[role]} set`;
  const examples = source.count.toLocaleString("en");
  throw new CnntargzError(
    "config",
    pt === 0 && eta === undefined
      ? `${set} holds no muon (backgroundFraction 1): all of its events (${examples}) are background, from which ${spec.name} can not learn pT and eta; lower backgroundFraction, or give a larger set`
      : `${set} of ${spec.name} holds one target only, in all ${examples} examples (pT ${pt}, eta ${eta ?? "none"}, scaled, etaWeight ${config.etaWeight}), so there is nothing to learn; give events that differ`,
  );
}
