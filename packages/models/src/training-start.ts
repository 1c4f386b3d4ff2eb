import { type Batch, CnntargzError, type NamedWeights, type Rng } from "@cnntargz/contracts";
import { type AdamState, createAdam } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";

import { imageTensor, indexRange, targetTensor } from "./batch-tensors.js";
import { buildModel } from "./build-model.js";
import { getNamedWeights, namedVariables, setNamedWeights } from "./named-weights.js";
import { forward } from "./network.js";
import { type Objective, supervisedObjective, termWeightTensor } from "./objective.js";
import { sumOfSquaredErrors } from "./squared-error.js";
import type { TrainRequest } from "./train-request.js";

/** A model on the backend together with its optimizer: one start of a training. */
export interface TrainingStart {
  /** One step on the given examples; gives the sum of their squared errors before it. */
  trainBatch(indices: Uint32Array, learningRate: number, progress: number): number;
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

/** Build the network of a request with weights drawn from `rng`, or with its initial weights. */
export function openStart(request: TrainRequest, rng: Rng): TrainingStart {
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
  const variables = [
    ...namedVariables(model, spec).map(({ variable }) => variable),
    ...objective.extraVariables,
  ];
  const adam = createAdam(tf, {
    learningRate: config.learningRate,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
  });

  return {
    trainBatch(indices, learningRate, progress) {
      adam.learningRate = learningRate;
      return tf.tidy(() => {
        const batch = train.batch(indices);
        const { loss, errors, gradients } = gradientsOf(batch, indices, progress);
        if (!Number.isFinite(loss)) {
          throw new CnntargzError(
            "training",
            `the loss of ${spec.name} became ${loss} at step ${adam.step + 1}; lower learningRate (now ${learningRate}) and look for values in the training set that are not finite`,
          );
        }
        adam.applyGradients(variables, gradients);
        return errors;
      });
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

  function gradientsOf(batch: Batch, indices: Uint32Array, progress: number) {
    const images = imageTensor(batch, train);
    const targets = targetTensor(batch);
    const termWeights = termWeightTensor(batch, config.etaWeight);
    let errors = 0;
    const { value, grads } = tf.variableGrads(() => {
      const { predictions, taps } = forward(model, spec, images, objective.taps, true);
      const values = predictions.dataSync<"float32">();
      errors = sumOfSquaredErrors(values, batch, config.etaWeight);
      return objective.loss({
        predictions,
        values,
        targets,
        termWeights,
        taps,
        batch,
        indices,
        etaWeight: config.etaWeight,
        progress,
      });
    }, variables);
    const gradients = variables.map(
      // A variable that the loss does not depend on in this step, such as that of a faded hint.
      (variable) =>
        (grads[variable.name] as tf.Tensor | null | undefined) ?? tf.zerosLike(variable),
    );
    return { loss: value.dataSync()[0]!, errors, gradients };
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
