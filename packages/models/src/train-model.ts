import {
  checkContext,
  CnntargzError,
  type EpochMetrics,
  type StageContext,
  type TrainConfig,
  type TrainedModel,
} from "@cnntargz/contracts";
import { permutation } from "@cnntargz/stage-kit";

import { assertLearnable } from "./assert-learnable.js";
import { learningRateAt } from "./learning-rate.js";
import { supervisedObjective } from "./objective.js";
import { runEpoch } from "./run-epoch.js";
import { openShardPool, type ShardPool } from "./shard-pool.js";
import { constantLoss } from "./squared-error.js";
import { assertTrainable, checkRequest, type TrainRequest } from "./train-request.js";
import {
  type BestEpoch,
  decodeCheckpoint,
  encodeCheckpoint,
  type TrainingCheckpoint,
} from "./training-checkpoint.js";
import { trainingIdentity } from "./training-identity.js";
import { openStart, readVariables, writeVariables } from "./training-start.js";

/**
 * Train a network, floating-point or quantized, by Adam; the weights of the epoch with the lowest
 * validation loss are kept. The order of examples in epoch e is a pure function of the seed and e,
 * so the same request and seed on the same backend give the same bytes, interrupted or not.
 *
 * A start from random weights that after its first epoch is not better than the best constant
 * predictor is dead: it is thrown away and the next seed is tried, `config.maxRestarts` times.
 *
 * @throws CnntargzError `training` when the network does not learn, `config` for a request that
 * can not run, `artifact` for a foreign checkpoint; the signal's reason when aborted.
 */
export async function trainModel(
  request: TrainRequest,
  context: StageContext,
): Promise<TrainedModel> {
  checkContext(context, "trainModel");
  checkRequest(request);
  assertTrainable(request);
  assertLearnable(request);
  const { spec, quantScheme, inputType, labelScaling, provenance, config } = request;
  const floor = constantLoss(request.validation, config.etaWeight, config.batchSize);
  const pool = config.trainShards > 1 ? await openShardPool(request) : null;
  const { epochs, best, restarts } = await trainUntilAlive(request, context, floor, pool).finally(
    () => pool?.close(),
  );
  if (!beats(best.validationLoss, floor)) {
    throw new CnntargzError(
      "training",
      `${spec.name} did not learn: its best validation loss is ${best.validationLoss}, that of the best constant predictor ${floor}; train longer, or begin from weights that have learned, in floating point or with more bits`,
    );
  }
  return {
    kind: "trained-model",
    schemaVersion: 1,
    spec,
    quantScheme,
    inputType,
    labelScaling,
    weights: best.weights,
    metrics: { epochs, constantLoss: floor, restarts, bestEpoch: best.epoch },
    provenance,
  };
}

/** What is left of a training at its end. */
interface Outcome {
  readonly epochs: readonly EpochMetrics[];
  readonly best: BestEpoch;
  readonly restarts: number;
}

/** Start after start, until one lives; that one is trained to its end. */
async function trainUntilAlive(
  request: TrainRequest,
  context: StageContext,
  floor: number,
  pool: ShardPool | null,
): Promise<Outcome> {
  const { spec, config, objective = supervisedObjective } = request;
  const identity = trainingIdentity(request, context);
  const bytes = (await request.checkpoint?.load()) ?? null;
  let resumed = bytes === null ? null : decodeCheckpoint(bytes, identity, request.checkpoint?.path);
  const epochs: EpochMetrics[] = [...(resumed?.epochs ?? [])];
  const initialExtra = readVariables(objective);

  for (let restart = resumed?.restart ?? 0; restart <= config.maxRestarts; restart++) {
    const session = { request, context, pool, identity, floor, restart, epochs };
    const best = await trainStart(session, resumed);
    if (best !== null) return { epochs, best, restarts: restart };
    context.logger?.warn(
      `${spec.name}: start ${restart} is dead (validation loss ${epochs.at(-1)!.validationLoss}, best constant predictor ${floor})`,
    );
    writeVariables(objective, initialExtra);
    resumed = null;
  }
  throw new CnntargzError(
    "training",
    `${spec.name}: ${config.maxRestarts + 1} starts in a row were dead, after one epoch none was better than the best constant predictor (validation loss ${epochs.at(-1)!.validationLoss}, constant ${floor}); make the epoch longer (more events or a smaller batchSize, now ${config.batchSize}), raise learningRate (now ${config.learningRate}) or maxRestarts (now ${config.maxRestarts}), widen the first layers, or begin from weights trained in floating point`,
  );
}

interface Session {
  readonly request: TrainRequest;
  readonly context: StageContext;
  readonly pool: ShardPool | null;
  readonly identity: string;
  readonly floor: number;
  readonly restart: number;
  /** Metrics of all starts; each epoch adds its own. */
  readonly epochs: EpochMetrics[];
}

/** Train one start, from its beginning or from a checkpoint; null when it is dead. */
async function trainStart(
  { request, context, pool, identity, floor, restart, epochs }: Session,
  resumed: TrainingCheckpoint | null,
): Promise<BestEpoch | null> {
  const { config, train } = request;
  const rng = context.rng.derive(`start ${restart}`);
  const orderRng = rng.derive("order of examples");
  const start = openStart(request, rng, pool);
  try {
    if (resumed !== null) start.restore(resumed.state);
    let best = resumed?.best ?? null;
    for (let epoch = resumed?.epochsDone ?? 0; epoch < config.epochs; epoch++) {
      if (best !== null && isPatienceOver(config, best, epochs.length)) break;
      const order = permutation(orderRng, epoch, train.count);
      const losses = await runEpoch(request, context, start, order, epoch);
      const metrics: EpochMetrics = {
        epoch: epochs.length + 1,
        restart,
        ...losses,
        learningRate: learningRateAt(config, epoch / config.epochs),
      };
      epochs.push(metrics);
      request.onEpoch?.(metrics);
      const { validationLoss } = losses;
      const isRandomStart = request.initialWeights === undefined;
      if (isRandomStart && epoch === 0 && !beats(validationLoss, floor)) return null;
      if (best === null || validationLoss < best.validationLoss) {
        best = { epoch: metrics.epoch, validationLoss, weights: start.weights() };
      }
      if (request.checkpoint !== undefined) {
        const checkpoint = { identity, restart, epochsDone: epoch + 1, epochs, best };
        await request.checkpoint.save(encodeCheckpoint({ ...checkpoint, state: start.state() }));
      }
    }
    return best;
  } finally {
    start.dispose();
  }
}

/** Whether the last epochs brought nothing, and as many as the configuration waits for. */
function isPatienceOver({ patience }: TrainConfig, best: BestEpoch, epochs: number): boolean {
  return patience !== null && epochs - best.epoch >= patience;
}

/** Better than the constant predictor by more than rounding. */
function beats(validationLoss: number, floor: number): boolean {
  return validationLoss < floor * (1 - 1e-9);
}
