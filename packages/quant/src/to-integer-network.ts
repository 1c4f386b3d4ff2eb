import {
  CnntargzError,
  type Conv2dSpec,
  FixedPointType,
  type IntegerConv2d,
  type IntegerDense,
  type IntegerLayer,
  type IntegerNetwork,
  type LayerQuantizers,
  optionsCheck,
  type TrainedModel,
  z,
} from "@cnntargz/contracts";
import {
  fitsType,
  fixedType,
  formatType,
  type Interval,
  intervalOfType,
} from "@cnntargz/fixed-point";

import { withoutScales } from "./alpha-layers.js";
import { assertFloat32Exact } from "./float32-exactness.js";
import { castWeights, type IntegerWeights, integerWeights } from "./integer-weights.js";
import { averagePool, type Flow, type TypeRule, weightedSum } from "./layer-flow.js";
import { type LayerShape, layerShapes } from "./layer-shapes.js";
import { layerWeights } from "./layer-weights.js";
import { parseQuantizer } from "./notation.js";
import { quantizersFor } from "./scheme.js";

/** How a trained network becomes integers. */
export interface IntegerNetworkOptions {
  /**
   * `interval`: input type of the model, weights in the smallest types, accumulators as wide as
   * their sums can be. `hls4ml`: its types, input `ap_fixed<16,6>`, worst-case accumulators.
   */
  readonly typeRule: TypeRule;
  /**
   * Types of unquantized layers by name, whose weights are then cast as a C++ assignment does; the
   * network no longer computes what the float32 model does.
   */
  readonly weightTypes?: Readonly<
    Record<string, { readonly weight: FixedPointType; readonly bias: FixedPointType }>
  >;
  /**
   * With typeRule `hls4ml`: keep the scales of weight quantizers (alpha) out of the weights, in a layer
   * `<name>_alpha` of their own with the biases, as hls4ml does. Its results are cast to
   * ap_fixed<16,6>, so that the network may compute something else than the float32 model.
   */
  readonly alphaLayers?: boolean;
}

const checkOptions = optionsCheck<IntegerNetworkOptions>("toIntegerNetwork", {
  typeRule: z.enum(["interval", "hls4ml"]),
  weightTypes: z
    .record(z.string(), z.strictObject({ weight: FixedPointType, bias: FixedPointType }))
    .optional(),
  alphaLayers: z.boolean().optional(),
});

const HLS4ML_INPUT = fixedType(true, 16, 6);

/**
 * The network as integers only, computing bit for bit what the float32 model computes.
 *
 * Result types: a quantized activation's own (ap_ufixed<b,i,AP_RND_CONV,AP_SAT,0> for
 * quantized_relu(b,i)); without one exactly what the sums can be (`interval`) or the accumulator's
 * type. Max pooling keeps its input type; average pooling sums exactly.
 *
 * @throws CnntargzError `config` when a layer has no quantizer (freeze the output layer first) or
 * one without integer arithmetic; `inexact` when a sum could pass 2^24 units, so that float32 would
 * round it; `contract` when a weight is missing or has another shape.
 */
export function toIntegerNetwork(
  model: TrainedModel,
  options: IntegerNetworkOptions,
): IntegerNetwork {
  checkOptions(options);
  const { spec } = model;
  const inputType = options.typeRule === "hls4ml" ? HLS4ML_INPUT : model.inputType;
  if (!fitsType(intervalOfType(model.inputType), inputType)) {
    throw new CnntargzError(
      "config",
      `inputs of type ${formatType(model.inputType)} do not fit ${formatType(inputType)}, the input of typeRule hls4ml; use typeRule interval`,
    );
  }
  // Refuses what is too large, before anything is made for its channels.
  const shapes = layerShapes(spec);
  let flow: Flow = {
    type: inputType,
    channels: perChannel(intervalOfType(inputType), spec.inputShape[2]),
    floatChannels: perChannel(intervalOfType(model.inputType), spec.inputShape[2]),
  };
  const layers: IntegerLayer[] = [];
  for (const shape of shapes) {
    const [converted, next] = convertLayer(model, shape, flow, options);
    layers.push(...converted);
    flow = { ...next, type: converted.at(-1)!.resultType };
  }
  return {
    kind: "integer-network",
    schemaVersion: 1,
    name: spec.name,
    typeRule: options.typeRule,
    inputShape: spec.inputShape,
    inputType,
    layers,
    labelScaling: model.labelScaling,
    provenance: {
      ...model.provenance,
      stage: "integer-network",
      config: { typeRule: options.typeRule, alphaLayers: options.alphaLayers === true },
    },
  };
}

function convertLayer(
  model: TrainedModel,
  shape: LayerShape,
  flow: Flow,
  options: IntegerNetworkOptions,
): [IntegerLayer[], Flow] {
  const { layer } = shape;
  const common = {
    name: layer.name,
    inputShape: shape.inputShape,
    outputShape: shape.outputShape,
  };
  const quantizers = model.quantScheme === null ? {} : quantizersFor(model.quantScheme, layer);
  switch (layer.kind) {
    case "flatten": {
      const pixels = shape.inputShape[0] * shape.inputShape[1];
      const spread = (channels: readonly Interval[]): Interval[] =>
        Array.from({ length: pixels }, () => channels).flat();
      return [
        [{ ...common, kind: "flatten", resultType: flow.type }],
        {
          type: flow.type,
          channels: spread(flow.channels),
          floatChannels: spread(flow.floatChannels),
        },
      ];
    }
    case "maxPool2d": {
      const { poolSize, strides = poolSize } = layer;
      return [[{ ...common, kind: "maxPool2d", poolSize, strides, resultType: flow.type }], flow];
    }
    case "averagePool2d": {
      const { poolSize, strides = poolSize } = layer;
      const { accumulatorType, next } = averagePool(shape, quantizers, flow, options.typeRule);
      const pool = { ...common, poolSize, strides, accumulatorType, resultType: next.type };
      return [[{ kind: "averagePool2d", ...pool }], next];
    }
    case "conv2d":
    case "dense": {
      const { weights, bias } = weightsOf(model, shape, quantizers, options);
      const { accumulatorType, next } = weightedSum(
        shape,
        quantizers,
        weights,
        bias,
        flow,
        options.typeRule,
      );
      // Weights cast to explicit types are not those of the float32 model anyway.
      if (options.weightTypes?.[layer.name] === undefined) {
        assertFloat32Exact(layer.name, flow.floatChannels, weights, bias);
      }
      const { kernelShape } = shape;
      const arithmetic = {
        ...common,
        weightType: weights.type,
        biasType: bias.type,
        accumulatorType,
        activation: layer.activation,
        weights: { dtype: "int32" as const, shape: kernelShape!, values: weights.values },
        bias: { dtype: "int32" as const, shape: [bias.values.length], values: bias.values },
        resultType: next.type,
      };
      const product: IntegerConv2d | IntegerDense =
        layer.kind === "dense"
          ? { kind: "dense", ...arithmetic }
          : { kind: "conv2d", ...arithmetic, ...windowOf(shape) };
      const apart = options.alphaLayers === true && options.typeRule === "hls4ml";
      const isCast = options.weightTypes?.[layer.name] !== undefined;
      if (!apart || isCast || quantizers.kernel === undefined) return [[product], next];
      const { kernel } = layerWeights(model, shape);
      const where = `${layer.name}/kernel`;
      return [
        withoutScales(product, parseQuantizer(quantizers.kernel), kernel, flow.type, where),
        next,
      ];
    }
  }
}

/** Where a convolution's window lies. */
function windowOf({ layer, pads }: LayerShape) {
  const { kernelSize, strides } = layer as Conv2dSpec;
  return { kernelSize, strides, pads };
}

function weightsOf(
  model: TrainedModel,
  shape: LayerShape,
  quantizers: LayerQuantizers,
  { typeRule, weightTypes }: IntegerNetworkOptions,
): { weights: IntegerWeights; bias: IntegerWeights } {
  const { name } = shape.layer;
  const { kernel, bias } = layerWeights(model, shape);
  const types = weightTypes?.[name];
  if (types !== undefined) {
    return { weights: castWeights(kernel, types.weight), bias: castWeights(bias, types.bias) };
  }
  if (quantizers.kernel === undefined || quantizers.bias === undefined) {
    const missing = quantizers.kernel === undefined ? "kernel" : "bias";
    const { layer } = shape;
    const isOutput =
      layer.name === model.spec.layers.at(-1)?.name &&
      layer.kind === "dense" &&
      layer.activation === "linear";
    throw new CnntargzError(
      "config",
      `layer ${name} of ${model.spec.name} has no ${missing} quantizer, so that its weights are no integers; ${isOutput ? "call freezeOutput first" : "train it with a scheme that quantizes it"}`,
    );
  }
  return {
    weights: integerWeights(parseQuantizer(quantizers.kernel), kernel, typeRule, `${name}/kernel`),
    bias: integerWeights(parseQuantizer(quantizers.bias), bias, typeRule, `${name}/bias`),
  };
}

function perChannel(interval: Interval, channels: number): Interval[] {
  return Array.from({ length: channels }, () => interval);
}
