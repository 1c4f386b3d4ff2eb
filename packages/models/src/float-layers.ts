import type { LayerSpec } from "@cnntargz/contracts";
import { initializers, layers } from "@tensorflow/tfjs-layers";

import { FusedConv2d } from "./fused-conv2d.js";
import type { LayerFactory, LayerOptions } from "./layer-factory.js";

/**
 * Floating-point layers: kernels drawn by He (normal) before a ReLU and by Glorot (uniform) before a
 * linear output, biases zero.
 */
export const floatLayers: LayerFactory = (layer, options) => {
  const isFused = layer.kind === "conv2d" && layer.activation === "relu";
  return isFused ? new FusedConv2d(layer, options) : stockLayers(layer, options);
};

/** {@link floatLayers} of TensorFlow.js' own layers only: slower to train, but known to everyone. */
export const stockLayers: LayerFactory = (layer: LayerSpec, options: LayerOptions) => {
  const common = {
    name: layer.name,
    ...(options.inputShape && { inputShape: [...options.inputShape] }),
  };
  switch (layer.kind) {
    case "conv2d":
      return layers.conv2d({
        ...common,
        filters: layer.filters,
        kernelSize: [...layer.kernelSize],
        strides: [...layer.strides],
        padding: layer.padding,
        activation: layer.activation,
        kernelInitializer: initialKernel(layer.activation, options.seed),
      });
    case "dense":
      return layers.dense({
        ...common,
        units: layer.units,
        activation: layer.activation,
        kernelInitializer: initialKernel(layer.activation, options.seed),
      });
    case "maxPool2d":
      return layers.maxPooling2d({ ...common, ...windowOf(layer) });
    case "averagePool2d":
      return layers.averagePooling2d({ ...common, ...windowOf(layer) });
    case "flatten":
      return layers.flatten(common);
  }
};

function initialKernel(activation: "linear" | "relu", seed: number) {
  return activation === "relu"
    ? initializers.heNormal({ seed })
    : initializers.glorotUniform({ seed });
}

function windowOf({
  poolSize,
  strides = poolSize,
  padding,
}: Extract<LayerSpec, { kind: "maxPool2d" | "averagePool2d" }>) {
  return {
    poolSize: [...poolSize] as [number, number],
    strides: [...strides] as [number, number],
    padding,
  };
}
