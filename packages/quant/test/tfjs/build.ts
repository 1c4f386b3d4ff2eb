import type { NamedWeights, NetworkSpec, QuantScheme } from "@cnntargz/contracts";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, sequential } from "@tensorflow/tfjs-layers";

/** The model of a spec with quantized layers and, when given, these weights. */
export function build(spec: NetworkSpec, scheme: QuantScheme, weights?: NamedWeights): LayersModel {
  const factory = quantizedLayers(scheme);
  const model = sequential();
  spec.layers.forEach((layer, index) => {
    const options = index === 0 ? { seed: 1, inputShape: spec.inputShape } : { seed: index + 1 };
    model.add(factory(layer, options));
  });
  if (weights) {
    for (const { name } of spec.layers) {
      const kernel = weights[`${name}/kernel`];
      const bias = weights[`${name}/bias`];
      if (!kernel || !bias) continue;
      const tensors = [kernel, bias].map((w) => tf.tensor(w.values, [...w.shape]));
      model.getLayer(name).setWeights(tensors);
      tf.dispose(tensors);
    }
  }
  return model;
}

/** Kernels and biases of a model, layer by layer. */
export function parameters(model: LayersModel): tf.Variable[] {
  const isVariable = (value: unknown): value is tf.Variable => value instanceof tf.Variable;
  return model.trainableWeights.map((weight) => weight.read()).filter(isVariable);
}
