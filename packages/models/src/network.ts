import { CnntargzError, type NetworkSpec, type TrainedModel } from "@cnntargz/contracts";
import { createRng } from "@cnntargz/stage-kit";
import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

import { buildModel } from "./build-model.js";
import type { LayerFactory } from "./layer-factory.js";
import { setNamedWeights } from "./named-weights.js";

/** What one forward pass gives. */
export interface Activations {
  /** (n, 2) */
  readonly predictions: tf.Tensor2D;
  /** Activated outputs of the layers that were asked for, by layer name. */
  readonly taps: Readonly<Record<string, tf.Tensor>>;
}

/**
 * Compute a model layer by layer and keep what the named layers give. Gradients flow through it when
 * they are being recorded.
 */
export function forward(
  model: LayersModel,
  spec: NetworkSpec,
  images: tf.Tensor4D,
  tapNames: readonly string[],
  training: boolean,
): Activations {
  const taps: Record<string, tf.Tensor> = {};
  let value: tf.Tensor = images;
  for (const { name } of spec.layers) {
    value = model.getLayer(name).apply(value, { training }) as tf.Tensor;
    if (tapNames.includes(name)) taps[name] = value;
  }
  return { predictions: value as tf.Tensor2D, taps };
}

/**
 * Layer names must exist in the network.
 *
 * @throws CnntargzError `config` naming the layer that does not.
 */
export function assertLayers(spec: NetworkSpec, names: readonly string[]): void {
  const known = spec.layers.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new CnntargzError(
      "config",
      `${spec.name} has no layer ${name}; its layers are ${known.join(", ")}`,
    );
  }
}

/** A trained network on the current backend. */
export interface OpenNetwork {
  /** One forward pass; the caller disposes the tensors, by `tf.tidy` for instance. */
  run(images: tf.Tensor4D, tapNames?: readonly string[]): Activations;
  dispose(): void;
}

/**
 * Put a trained network on the current backend. The caller disposes it.
 *
 * @throws CnntargzError `contract` when weights and spec do not fit.
 */
export function openNetwork(trained: TrainedModel, factory: LayerFactory): OpenNetwork {
  // Any generator will do: every initial weight is overwritten.
  const model = buildModel(trained.spec, factory, createRng([0, 0]));
  try {
    setNamedWeights(model, trained.spec, trained.weights);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return {
    run: (images, tapNames = []) => forward(model, trained.spec, images, tapNames, false),
    dispose() {
      model.dispose();
    },
  };
}
