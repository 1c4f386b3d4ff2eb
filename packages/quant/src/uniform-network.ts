import {
  FixedPointType,
  type IntegerLayer,
  type IntegerNetwork,
  parseOptions,
  type TrainedModel,
} from "@cnntargz/contracts";
import {
  fixedType,
  formatType,
  fractionBits,
  intervalOfType,
  typeOfInterval,
} from "@cnntargz/fixed-point";

import { castWeights } from "./integer-weights.js";
import { type LayerShape, layerShapes } from "./layer-shapes.js";
import { layerWeights } from "./layer-weights.js";

/**
 * A network trained in floating point, with one fixed-point type for every number, as hls4ml has it
 * by default: weights and biases cast as a C++ assignment casts them (rounding down), sums in an
 * accumulator of the same type, cast after each product. It computes what such firmware computes, not
 * what the float32 model does; how far off that is, its predictions tell.
 *
 * `type`: truncating and wrapping, of at most 32 bits, such as `ap_fixed<32,16>` or `ap_fixed<16,6>`.
 *
 * @throws CnntargzError `contract` when a weight is missing, has another shape or is not finite, or
 * `type` is wider than 32 bits.
 */
export function uniformNetwork(model: TrainedModel, type: FixedPointType): IntegerNetwork {
  parseOptions(FixedPointType, type, "type of uniformNetwork");
  const plain = fixedType(type.signed, type.width, type.integer);
  const layers = layerShapes(model.spec).map((shape) => convert(model, shape, plain));
  return {
    kind: "integer-network",
    schemaVersion: 1,
    name: model.spec.name,
    typeRule: "uniform",
    inputShape: model.spec.inputShape,
    inputType: plain,
    layers,
    labelScaling: model.labelScaling,
    provenance: {
      ...model.provenance,
      stage: "integer-network",
      config: { typeRule: "uniform", type: formatType(plain) },
    },
  };
}

function convert(model: TrainedModel, shape: LayerShape, type: FixedPointType): IntegerLayer {
  const { layer, inputShape, outputShape, pads, kernelShape } = shape;
  const common = { name: layer.name, inputShape, outputShape, resultType: type };
  switch (layer.kind) {
    case "flatten":
      return { kind: "flatten", ...common };
    case "maxPool2d": {
      const { poolSize, strides = poolSize } = layer;
      return { kind: "maxPool2d", ...common, poolSize, strides };
    }
    case "averagePool2d": {
      const { poolSize, strides = poolSize } = layer;
      const count = BigInt(poolSize[0] * poolSize[1]);
      const { min, max } = intervalOfType(type);
      // Averaging needs the exact sum.
      const sum = { min: min * count, max: max * count, fraction: fractionBits(type) };
      const accumulatorType = typeOfInterval(sum);
      return { kind: "averagePool2d", ...common, poolSize, strides, accumulatorType };
    }
    case "conv2d":
    case "dense": {
      const { kernel, bias } = layerWeights(model, shape);
      const weights = castWeights(kernel, type).values;
      const biases = castWeights(bias, type).values;
      const arithmetic = {
        ...common,
        weightType: type,
        biasType: type,
        accumulatorType: type,
        activation: layer.activation,
        weights: { dtype: "int32" as const, shape: kernelShape!, values: weights },
        bias: { dtype: "int32" as const, shape: [biases.length], values: biases },
      };
      if (layer.kind === "dense") return { kind: "dense", ...arithmetic };
      const { kernelSize, strides } = layer;
      return { kind: "conv2d", ...arithmetic, kernelSize, strides, pads };
    }
  }
}
