import {
  CnntargzError,
  type FixedPointType,
  type HlsConfig,
  type HlsFifo,
  type HlsPlanLayer,
  type IntegerConv2d,
  type IntegerDense,
} from "@cnntargz/contracts";
import { formatType, sameType } from "@cnntargz/fixed-point";

import type { DraftLayer } from "./draft-layers.js";

/** What a layer finds when its turn comes. */
export interface LayerPlace {
  readonly identifier: string;
  /** What it reads. */
  readonly input: HlsFifo;
  /** Type of the values in there. */
  readonly inputType: FixedPointType;
}

/** What the layer writes: a stream that holds an image, or an array of all its values. */
function outputOf({ layer, index }: DraftLayer, config: HlsConfig): HlsFifo {
  const [height, width, channels] = layer.outputShape;
  const name = `layer${index}_out`;
  const bits = channels * layer.resultType.width;
  return config.ioType === "io_stream"
    ? { name, depth: height * width, widthBits: bits }
    : { name, depth: 1, widthBits: height * width * bits };
}

function lineBuffer(
  config: HlsConfig,
  windowHeight: number,
  width: number,
): { rows: number; length: number } {
  return config.ioType === "io_stream" && windowHeight > 1
    ? { rows: windowHeight - 1, length: width }
    : { rows: 0, length: 0 };
}

function planProduct(
  layer: IntegerConv2d | IntegerDense,
  inputs: number,
  config: HlsConfig,
  sourceLayer: number,
) {
  const own = config.layers?.[layer.name];
  const strategy = own?.strategy ?? config.strategy;
  const reuseFactor = own?.reuseFactor ?? config.reuseFactor;
  const outputs = layer.outputShape[2];
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
    sourceLayer,
  };
}

/** How many output pixels a convolution computes side by side, and the cycles that all of them take. */
function planPixels(layer: IntegerConv2d, config: HlsConfig, reuseFactor: number) {
  const own = config.layers?.[layer.name]?.parallelizationFactor;
  const wanted = own ?? config.parallelizationFactor;
  if (config.ioType === "io_stream") {
    if (wanted === 1) return { parallelizationFactor: 1, initiationInterval: reuseFactor };
    throw new CnntargzError(
      "config",
      `layer ${layer.name}: parallelization factor ${wanted}, but a stream brings one pixel after the other; set ioType to io_parallel or leave the factor at 1`,
    );
  }
  const pixels = layer.outputShape[0] * layer.outputShape[1];
  return { parallelizationFactor: wanted, initiationInterval: (pixels / wanted) * reuseFactor };
}

/**
 * Decide about one layer: kernel, strategy, reuse factor, line buffer, output.
 *
 * @throws CnntargzError `config` when a stream is to carry pixels side by side or a flatten changes the type.
 */
export function planLayer(draft: DraftLayer, config: HlsConfig, place: LayerPlace): HlsPlanLayer {
  const { layer, index, name, resultOf, sourceLayer } = draft;
  const { inputShape, outputShape, resultType } = layer;
  const common = {
    index,
    name,
    identifier: place.identifier,
    resultOf,
    inputShape,
    outputShape,
    inputType: place.inputType,
    resultType,
    output: outputOf(draft, config),
    initiationInterval: 1,
  };
  const [, width, channels] = inputShape;
  switch (layer.kind) {
    case "conv2d": {
      const { kernelSize, strides, pads } = layer;
      const [kernelHeight, kernelWidth] = kernelSize;
      const inputs = kernelHeight * kernelWidth * channels;
      const product = planProduct(layer, inputs, config, sourceLayer);
      return {
        kind: "conv2d",
        ...common,
        ...product,
        ...planPixels(layer, config, product.reuseFactor),
        kernelSize,
        strides,
        pads,
        lineBuffer: lineBuffer(config, kernelHeight, pads.left + width + pads.right),
      };
    }
    case "dense":
      return { kind: "dense", ...common, ...planProduct(layer, channels, config, sourceLayer) };
    case "maxPool2d":
    case "averagePool2d":
      return {
        kind: layer.kind,
        ...common,
        poolSize: layer.poolSize,
        strides: layer.strides,
        accumulatorType: layer.kind === "averagePool2d" ? layer.accumulatorType : null,
        lineBuffer: lineBuffer(config, layer.poolSize[0], width),
      };
    case "activation":
      return { kind: "activation", ...common, activation: layer.activation };
    case "scale": {
      const { activation, scaleType, biasType } = layer;
      return { kind: "scale", ...common, activation, scaleType, biasType, sourceLayer };
    }
    case "zeroPad2d":
      return { kind: "zeroPad2d", ...common, pads: layer.pads };
    case "flatten":
      if (!sameType(place.inputType, resultType)) {
        throw new CnntargzError(
          "config",
          `layer ${name}: a flatten is an alias in the firmware and can not turn ${formatType(place.inputType)} into ${formatType(resultType)}; give it its input's type`,
        );
      }
      return { kind: "flatten", ...common, output: place.input };
  }
}
