import { CnntargzError, type NamedWeights, type Rng } from "@cnntargz/contracts";
import { type AdamState, createAdam } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";

import { batchGradients, traineeOf } from "./batch-gradients.js";
import { imageTensor, indexRange } from "./batch-tensors.js";
import { buildModel } from "./build-model.js";
import { getNamedWeights, setNamedWeights } from "./named-weights.js";
import { forward } from "./network.js";
import { type Objective, supervisedObjective } from "./objective.js";
import type { ShardPool } from "./shard-pool.js";
import { type ShardResult, splitBatch, sumShards, toTensors } from "./shards.js";
import { sumOfSquaredErrors } from "./squared-error.js";
import type { TrainRequest } from "./train-request.js";

/** One step of a training. */
interface TrainingStep {
  readonly indices: Uint32Array;
  readonly learningRate: number;
  /** Finished part of the training, 0..1. */
  readonly progress: number;
  /** Epoch and batch, for messages. */
  readonly where: string;
}

/** A model on the backend together with its optimizer: one start of a training. */
export interface TrainingStart {
  /**
   * One step; gives the sum of the examples' squared errors before it.
   *
   * @throws CnntargzError `training` naming epoch, batch and layer where numbers end.
   */
  trainBatch(step: TrainingStep): Promise<number>;
  /** Sum of squared errors of validation examples `first .. first + size - 1`. */
  validateBatch(first: number, size: number): number;
  weights(): NamedWeights;
  state(): TrainingState;
  restore(state: TrainingState): void;
  dispose(): void;
}

/** All that changes while a start is trained. */
export interface TrainingState {
  readonly step: number;
  readonly weights: NamedWeights;
  /** The objective's extra variables, by position. */
  readonly extra: NamedWeights;
  /** Adam's first and second moments, by position of the variable. */
  readonly moments: NamedWeights;
}

/**
 * Build the network of a request with weights drawn from `rng`, or with its initial weights. Without
 * a pool each batch is computed as a whole.
 */
export function openStart(
  request: TrainRequest,
  rng: Rng,
  pool: ShardPool | null = null,
): TrainingStart {
  const { spec, config, train, validation, objective = supervisedObjective } = request;
  const model = buildModel(spec, request.layerFactory, rng);
  if (request.initialWeights !== undefined) {
    try {
      setNamedWeights(model, spec, request.initialWeights);
    } catch (error) {
      model.dispose();
      throw error;
    }
  }
  const trainee = traineeOf(model, spec, objective, config.etaWeight);
  const { variables } = trainee;
  const adam = createAdam(tf, {
    learningRate: config.learningRate,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
  });

  return {
    async trainBatch(step) {
      adam.learningRate = step.learningRate;
      return pool === null ? trainWhole(step) : trainShards(step, pool);
    },
    validateBatch: (first, size) =>
      tf.tidy(() => {
        const batch = validation.batch(indexRange(first, size, validation.count));
        const images = imageTensor(batch, validation);
        const { predictions } = forward(model, spec, images, [], false);
        return sumOfSquaredErrors(predictions.dataSync(), batch, config.etaWeight);
      }),
    weights: () => getNamedWeights(model, spec),
    state: () => ({
      weights: getNamedWeights(model, spec),
      extra: readVariables(objective),
      ...namedMoments(adam.getState()),
    }),
    restore(state) {
      setNamedWeights(model, spec, state.weights);
      writeVariables(objective, state.extra);
      adam.setState(adamState(state));
    },
    dispose() {
      adam.dispose();
      model.dispose();
    },
  };

  function trainWhole(step: TrainingStep): number {
    return tf.tidy(() => {
      const batch = train.batch(step.indices);
      const result = batchGradients(trainee, batch, step.indices, step.progress);
      assertFinite(result, step);
      adam.applyGradients(variables, result.gradients);
      return result.errors;
    });
  }

  async function trainShards(step: TrainingStep, pool: ShardPool): Promise<number> {
    const { indices, progress } = step;
    const shards = splitBatch(indices.length, config.trainShards);
    const batch = train.batch(indices);
    const results = await pool.compute(trainee, batch, indices, shards, progress);
    for (const result of results) assertFinite(result, step);
    tf.tidy(() => {
      adam.applyGradients(variables, toTensors(sumShards(shards, pool.rows), variables));
    });
    return results.reduce((sum, { errors }) => sum + errors, 0);
  }

  function assertFinite({ loss, fault }: ShardResult, { where, learningRate }: TrainingStep): void {
    if (fault === null) return;
    throw new CnntargzError(
      "training",
      `${spec.name} left the finite numbers in ${where}: the loss is ${loss}, and first of all ${fault} is not finite; the checkpoint of the last finished epoch is kept; lower learningRate (now ${learningRate}) or look for values in the training set that are not finite`,
    );
  }
}

/** Copies of an objective's extra variables. */
export function readVariables({ extraVariables }: Objective): NamedWeights {
  return Object.fromEntries(
    extraVariables.map((variable, index) => [
      `extra/${index}`,
      float32(variable.dataSync<"float32">(), variable.shape),
    ]),
  );
}

/** Set an objective's extra variables to what {@link readVariables} gave. */
export function writeVariables({ extraVariables }: Objective, values: NamedWeights): void {
  for (const [index, variable] of extraVariables.entries()) {
    const value = values[`extra/${index}`]!;
    tf.tidy(() => {
      variable.assign(tf.tensor(value.values.slice(), [...value.shape]));
    });
  }
}

function float32(values: Float32Array, shape: readonly number[]): NamedWeights[string] {
  return { dtype: "float32", shape: [...shape], values: Float32Array.from(values) };
}

function namedMoments({ step, first, second }: AdamState): Pick<TrainingState, "step" | "moments"> {
  const entries = { first, second };
  const moments: NamedWeights = {};
  for (const [role, arrays] of Object.entries(entries)) {
    for (const [index, values] of arrays.entries()) {
      moments[`${role}/${index}`] = float32(values, [values.length]);
    }
  }
  return { step, moments };
}

function adamState({ step, moments }: TrainingState): AdamState {
  const of = (role: string): Float32Array[] =>
    Array.from(
      { length: Object.keys(moments).length / 2 },
      (_, index) => moments[`${role}/${index}`]!.values,
    );
  return { step, first: of("first"), second: of("second") };
}
