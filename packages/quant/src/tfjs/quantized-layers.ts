import {
  type AveragePool2dSpec,
  CnntargzError,
  type LayerSpec,
  type MaxPool2dSpec,
  parseOptions,
  QuantScheme,
} from "@cnntargz/contracts";
import { layers } from "@tensorflow/tfjs-layers";

import { quantizersFor } from "../scheme.js";
import type { LayerFactory, LayerOptions } from "./layer-factory.js";
import { QAveragePool2D } from "./q-average-pool2d.js";
import { QConv2D } from "./q-conv2d.js";
import { QDense } from "./q-dense.js";

/**
 * Layers that compute with the quantizers of `scheme`; what it leaves out stays in floating point.
 * Forward passes are bit for bit those of `toIntegerNetwork`, on every backend.
 *
 * @throws CnntargzError `config` when the scheme does not honour its contract.
 *
 * The returned factory throws CnntargzError `config` when a quantizer can not be parsed, or a layer
 * has one that it does not use.
 */
export function quantizedLayers(scheme: QuantScheme): LayerFactory {
  parseOptions(QuantScheme, scheme, "quantizedLayers");
  return (layer: LayerSpec, options: LayerOptions) => {
    const quantizers = quantizersFor(scheme, layer);
    if (layer.kind === "conv2d") return new QConv2D(layer, quantizers, options);
    if (layer.kind === "dense") return new QDense(layer, quantizers, options);

    const { activation, ...weights } = quantizers;
    const isPool = layer.kind === "averagePool2d";
    const useless = Object.values(weights)[0] ?? (isPool ? undefined : activation);
    if (useless !== undefined) {
      throw new CnntargzError(
        "config",
        `the scheme gives layer ${layer.name} (${layer.kind}) the quantizer ${useless}, which it does not use; leave it out`,
      );
    }
    const common = {
      name: layer.name,
      ...(options.inputShape && { inputShape: [...options.inputShape] }),
    };
    switch (layer.kind) {
      case "maxPool2d":
        return layers.maxPooling2d({ ...common, ...windowOf(layer) });
      case "averagePool2d":
        return activation === undefined
          ? layers.averagePooling2d({ ...common, ...windowOf(layer) })
          : new QAveragePool2D(layer, activation, options);
      case "flatten":
        return layers.flatten(common);
    }
  };
}

function windowOf({ poolSize, strides = poolSize, padding }: MaxPool2dSpec | AveragePool2dSpec) {
  return {
    poolSize: [...poolSize] as [number, number],
    strides: [...strides] as [number, number],
    padding,
  };
}
