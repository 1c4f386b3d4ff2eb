import type { NetworkSpec, Rng } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, sequential } from "@tensorflow/tfjs-layers";

import type { LayerFactory } from "./layer-factory.js";
import { layerShapes } from "./layer-shapes.js";
import { namedVariables } from "./named-weights.js";

/**
 * The TensorFlow.js model of a spec, with initial weights drawn from `rng` (one seed per layer name);
 * kernels of single-filter ReLU convolutions with a negative sum are mirrored.
 * The caller disposes it.
 *
 * @throws CnntargzError `config` when the layers do not fit together; whatever the factory throws.
 */
export function buildModel(spec: NetworkSpec, factory: LayerFactory, rng: Rng): LayersModel {
  layerShapes(spec);
  const model = sequential({ name: spec.name });
  try {
    for (const [index, layer] of spec.layers.entries()) {
      const seed = rng.seed(`initial weights of ${layer.name}`);
      model.add(factory(layer, index === 0 ? { seed, inputShape: spec.inputShape } : { seed }));
    }
  } catch (error) {
    // A model can only be disposed when it is whole.
    for (const weight of model.layers.flatMap((layer) => layer.weights)) weight.dispose();
    throw error;
  }
  for (const { name, variable } of namedVariables(model, spec)) {
    if (name.endsWith("/kernel") && isSingleRelu(spec, name)) mirrorIfNegative(variable);
  }
  return model;
}

/** Whether a kernel feeds the one ReLU through which everything behind it must pass. */
function isSingleRelu(spec: NetworkSpec, kernel: string): boolean {
  return spec.layers.some(
    (layer) =>
      `${layer.name}/kernel` === kernel &&
      layer.kind === "conv2d" &&
      layer.filters === 1 &&
      layer.activation === "relu",
  );
}

/**
 * Inputs are not negative, so a lone filter with a negative sum starts with nearly all outputs 0
 * and its gradients too; its mirror image is as likely a draw, and alive.
 */
function mirrorIfNegative(kernel: tf.Variable): void {
  tf.tidy(() => {
    const sum = kernel.dataSync<"float32">().reduce((total, weight) => total + weight, 0);
    if (sum < 0) kernel.assign(tf.neg(kernel));
  });
}
