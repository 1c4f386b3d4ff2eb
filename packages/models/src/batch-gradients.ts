import type { Batch, BatchSource, NetworkSpec } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

import { imageTensor, targetTensor } from "./batch-tensors.js";
import { namedVariables } from "./named-weights.js";
import { forward } from "./network.js";
import { locateInForwardPass, locateInGradients } from "./not-finite.js";
import { type Objective, termWeightTensor } from "./objective.js";
import { sumOfSquaredErrors } from "./squared-error.js";

/** A network in training: what gradients are taken of, and with respect to what. */
export interface Trainee {
  readonly model: LayersModel;
  readonly spec: NetworkSpec;
  readonly objective: Objective;
  readonly etaWeight: number;
  readonly imageShape: BatchSource["imageShape"];
  /** The network's, then the objective's. */
  readonly variables: readonly tf.Variable[];
  /** Names of the variables, for messages. */
  readonly names: readonly string[];
}

/** What one batch, or one part of it, says. */
export interface BatchGradients {
  readonly loss: number;
  /** Sum of squared errors of the examples. */
  readonly errors: number;
  /** One for each variable. */
  readonly gradients: readonly tf.Tensor[];
  /** The place that first left the finite numbers; null when all is well. */
  readonly fault: string | null;
}

/** Put together what {@link batchGradients} needs. */
export function traineeOf(
  model: LayersModel,
  spec: NetworkSpec,
  objective: Objective,
  etaWeight: number,
): Trainee {
  const weights = namedVariables(model, spec);
  return {
    ...{ model, spec, objective, etaWeight, imageShape: spec.inputShape },
    variables: [...weights.map(({ variable }) => variable), ...objective.extraVariables],
    names: [
      ...weights.map(({ name }) => name),
      ...objective.extraVariables.map((_, index) => `extra variable ${index} of the objective`),
    ],
  };
}

/** Loss, errors and gradients of a batch; call it inside `tf.tidy`. */
export function batchGradients(
  trainee: Trainee,
  batch: Batch,
  indices: Uint32Array,
  progress: number,
): BatchGradients {
  const { model, spec, objective, etaWeight, variables, names } = trainee;
  const images = imageTensor(batch, trainee);
  const targets = targetTensor(batch);
  const termWeights = termWeightTensor(batch, etaWeight);
  let errors = 0;
  const { value, grads } = tf.variableGrads(() => {
    const { predictions, taps } = forward(model, spec, images, objective.taps, true);
    const values = predictions.dataSync<"float32">();
    errors = sumOfSquaredErrors(values, batch, etaWeight);
    return objective.loss({
      ...{ predictions, values, targets, termWeights, taps, batch, indices, etaWeight, progress },
    });
  }, [...variables]);
  const gradients = variables.map(
    // A variable that the loss does not depend on in this step, such as that of a faded hint.
    (variable) => (grads[variable.name] as tf.Tensor | null | undefined) ?? tf.zerosLike(variable),
  );
  const loss = value.dataSync<"float32">()[0]!;
  const fault = Number.isFinite(loss)
    ? locateInGradients(names, gradients)
    : locateInForwardPass(trainee, images, batch, indices);
  return { loss, errors, gradients, fault };
}
