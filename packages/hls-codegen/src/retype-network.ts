import type {
  FixedPointType,
  IntegerConv2d,
  IntegerDense,
  IntegerLayer,
  IntegerNetwork,
  IntTensor,
} from "@cnntargz/contracts";
import {
  castInteger,
  formatType,
  fractionBits,
  inferAccumulator,
  type Interval,
  intervalOfType,
  layerIntervals,
  sameType,
  typeOfInterval,
  validateNetwork,
} from "@cnntargz/fixed-point";

/** New types of one layer, by role; what is left out stays as it is or follows from the others. */
export interface LayerTypes {
  readonly weight?: FixedPointType | undefined;
  readonly scale?: FixedPointType | undefined;
  readonly bias?: FixedPointType | undefined;
  readonly accum?: FixedPointType | undefined;
  readonly result?: FixedPointType | undefined;
}

/** New types of a network. */
export interface NetworkTypes {
  readonly input?: FixedPointType | undefined;
  /** By layer name. */
  readonly layers: ReadonlyMap<string, LayerTypes>;
}

/** A tensor in another type, its values cast as a C++ assignment casts them. */
function recast({ dtype, shape, values }: IntTensor, from: FixedPointType, to: FixedPointType) {
  const fraction = fractionBits(from);
  return {
    dtype,
    shape,
    values: Int32Array.from(values, (value) => Number(castInteger(BigInt(value), fraction, to))),
  };
}

/** The accumulator that a layer's new types ask for, by the network's own rule. */
function accumulatorFor(
  layer: IntegerConv2d | IntegerDense,
  inputType: FixedPointType,
  inputs: readonly Interval[],
  typeRule: IntegerNetwork["typeRule"],
): FixedPointType {
  const { weightType, biasType, weights, bias } = layer;
  if (typeRule === "uniform") return layer.accumulatorType;
  if (typeRule === "hls4ml") {
    const terms = weights.values.length / bias.values.length;
    return inferAccumulator({ rule: "hls4ml", inputType, weightType, biasType, terms });
  }
  return inferAccumulator({
    rule: "interval",
    inputs,
    weights: weights.values,
    weightType,
    bias: bias.values,
    biasType,
  });
}

function retypeProduct<L extends IntegerConv2d | IntegerDense>(
  layer: L,
  types: LayerTypes,
  inputType: FixedPointType,
  inputs: readonly Interval[],
  typeRule: IntegerNetwork["typeRule"],
  inputChanged: boolean,
): L {
  const { weight = layer.weightType, bias = layer.biasType } = types;
  const cast: L = {
    ...layer,
    weightType: weight,
    biasType: bias,
    weights: recast(layer.weights, layer.weightType, weight),
    bias: recast(layer.bias, layer.biasType, bias),
  };
  const isSame =
    !inputChanged && sameType(weight, layer.weightType) && sameType(bias, layer.biasType);
  const accumulatorType =
    types.accum ??
    (isSame ? layer.accumulatorType : accumulatorFor(cast, inputType, inputs, typeRule));
  // Without a quantizer of its own, a result is what the accumulator holds.
  const follows = sameType(layer.resultType, layer.accumulatorType);
  const resultType = types.result ?? (follows ? accumulatorType : layer.resultType);
  return { ...cast, accumulatorType, resultType };
}

function retypeLayer(
  layer: IntegerLayer,
  types: LayerTypes,
  inputType: FixedPointType,
  inputs: readonly Interval[],
  typeRule: IntegerNetwork["typeRule"],
  previousInputType: FixedPointType,
): IntegerLayer {
  const inputChanged = !sameType(inputType, previousInputType);
  const passedOn = sameType(layer.resultType, previousInputType) ? inputType : layer.resultType;
  switch (layer.kind) {
    case "conv2d":
    case "dense":
      return retypeProduct(layer, types, inputType, inputs, typeRule, inputChanged);
    case "averagePool2d": {
      const count = BigInt(layer.poolSize[0] * layer.poolSize[1]);
      const { min, max, fraction } = intervalOfType(inputType);
      const sums = typeOfInterval({ min: min * count, max: max * count, fraction });
      const accumulatorType = types.accum ?? (inputChanged ? sums : layer.accumulatorType);
      return { ...layer, accumulatorType, resultType: types.result ?? layer.resultType };
    }
    case "scale": {
      const { scale = layer.scaleType, bias = layer.biasType } = types;
      return {
        ...layer,
        scaleType: scale,
        biasType: bias,
        scale: recast(layer.scale, layer.scaleType, scale),
        bias: recast(layer.bias, layer.biasType, bias),
        resultType: types.result ?? layer.resultType,
      };
    }
    case "activation":
      return { ...layer, resultType: types.result ?? layer.resultType };
    case "maxPool2d":
      return { ...layer, resultType: types.result ?? passedOn };
    case "flatten":
      // An alias in the firmware.
      return { ...layer, resultType: inputType };
  }
}

/** The types as they are written, for the network's provenance. */
function describe({ input, layers }: NetworkTypes): Record<string, Record<string, string>> {
  const written = ({ ...roles }: LayerTypes): Record<string, string> =>
    Object.fromEntries(
      Object.entries(roles as Record<string, FixedPointType | undefined>).flatMap(([role, type]) =>
        type ? [[role, formatType(type)]] : [],
      ),
    );
  return {
    ...(input ? { input: { result: formatType(input) } } : {}),
    ...Object.fromEntries([...layers].map(([name, types]) => [name, written(types)])),
  };
}

/**
 * The same network in other types: constants are cast as a C++ assignment casts them, accumulators
 * without a type of their own follow the network's rule where something before them changed, and so do
 * results that were what their accumulator holds. Another network: it computes other numbers, and
 * whatever is compared with it must be made from it.
 *
 * @throws CnntargzError `inexact` when an accumulator would need more than 128 bits.
 */
export function retypeNetwork(network: IntegerNetwork, types: NetworkTypes): IntegerNetwork {
  validateNetwork(network);
  const { typeRule } = network;
  const inputType = types.input ?? network.inputType;
  let type = inputType;
  let previousType = network.inputType;
  let intervals: readonly Interval[] = Array.from({ length: network.inputShape[2] }, () =>
    intervalOfType(inputType),
  );
  const layers = network.layers.map((layer) => {
    const own = types.layers.get(layer.name) ?? {};
    const next = retypeLayer(layer, own, type, intervals, typeRule, previousType);
    intervals = layerIntervals(next, intervals).result;
    previousType = layer.resultType;
    type = next.resultType;
    return next;
  });
  return {
    ...network,
    inputType,
    layers,
    provenance: {
      ...network.provenance,
      config: { network: network.provenance.config, precision: describe(types) },
    },
  };
}
