import {
  CnntargzError,
  type FixedPointType,
  type HlsConfig,
  type HlsFifo,
  type HlsPlanLayer,
  type IntegerConv2d,
  type IntegerDense,
  type IntegerFlatten,
  type IntegerLayer,
} from "@cnntargz/contracts";
import { formatType, sameType } from "@cnntargz/fixed-point";

import { requireLegalReuseFactor } from "./reuse-factor.js";

/** What a layer finds when its turn comes. */
export interface LayerPlace {
  /** Index in the firmware. */
  readonly index: number;
  /** Index in the integer network. */
  readonly sourceLayer: number;
  /** The stream it reads. */
  readonly input: HlsFifo;
  /** Type of the values in that stream. */
  readonly inputType: FixedPointType;
}

function outputFifo(layer: IntegerLayer, index: number): HlsFifo {
  const [height, width, channels] = layer.outputShape;
  return {
    name: `layer${index}_out`,
    depth: height * width,
    widthBits: channels * layer.resultType.width,
  };
}

function lineBuffer(windowHeight: number, width: number): { rows: number; length: number } {
  return windowHeight > 1 ? { rows: windowHeight - 1, length: width } : { rows: 0, length: 0 };
}

function planProduct(
  layer: IntegerConv2d | IntegerDense,
  inputs: number,
  config: HlsConfig,
  place: LayerPlace,
) {
  const own = config.layers?.[layer.name];
  const strategy = own?.strategy ?? config.strategy;
  const reuseFactor = own?.reuseFactor ?? config.reuseFactor;
  const outputs = layer.outputShape[2];
  requireLegalReuseFactor(layer.name, inputs, outputs, strategy, reuseFactor);
  const { weightType, biasType, accumulatorType, activation } = layer;
  return {
    strategy,
    reuseFactor,
    initiationInterval: reuseFactor,
    weightType,
    biasType,
    accumulatorType,
    activation,
    inputs,
    outputs,
    nonZeroWeights: layer.weights.values.reduce((count, weight) => count + Number(weight !== 0), 0),
    sourceLayer: place.sourceLayer,
  };
}

function planFlatten(
  layer: IntegerFlatten,
  common: Omit<HlsPlanLayer, "kind">,
  input: HlsFifo,
): HlsPlanLayer {
  if (!sameType(common.inputType, layer.resultType)) {
    throw new CnntargzError(
      "config",
      `layer ${layer.name}: a flatten is an alias in the firmware and can not turn ${formatType(common.inputType)} into ${formatType(layer.resultType)}; give it its input's type`,
    );
  }
  return { kind: "flatten", ...common, output: input, initiationInterval: 1 };
}

/**
 * Decide about one layer: kernel, strategy, reuse factor, line buffer, output stream.
 *
 * @throws CnntargzError `config` when the reuse factor is illegal or a flatten changes the type.
 */
export function planLayer(layer: IntegerLayer, config: HlsConfig, place: LayerPlace): HlsPlanLayer {
  const common = {
    index: place.index,
    name: layer.name,
    inputShape: layer.inputShape,
    outputShape: layer.outputShape,
    inputType: place.inputType,
    resultType: layer.resultType,
    output: outputFifo(layer, place.index),
    initiationInterval: 1,
  };
  const [, width, channels] = layer.inputShape;
  switch (layer.kind) {
    case "conv2d": {
      const { kernelSize, strides, pads } = layer;
      const [kernelHeight, kernelWidth] = kernelSize;
      return {
        kind: "conv2d",
        ...common,
        ...planProduct(layer, kernelHeight * kernelWidth * channels, config, place),
        kernelSize,
        strides,
        pads,
        lineBuffer: lineBuffer(kernelHeight, pads.left + width + pads.right),
      };
    }
    case "dense":
      return { kind: "dense", ...common, ...planProduct(layer, channels, config, place) };
    case "maxPool2d":
    case "averagePool2d":
      return {
        kind: layer.kind,
        ...common,
        poolSize: layer.poolSize,
        strides: layer.strides,
        accumulatorType: layer.kind === "averagePool2d" ? layer.accumulatorType : null,
        lineBuffer: lineBuffer(layer.poolSize[0], width),
      };
    case "flatten":
      return planFlatten(layer, common, place.input);
  }
}
