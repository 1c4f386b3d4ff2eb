import {
  FixedPointType,
  type IntegerConv2d,
  type IntegerDense,
  type IntegerLayer,
  type IntegerNetwork,
  type IntTensor,
  optionsCheck,
  z,
} from "@cnntargz/contracts";
import {
  castInteger,
  fitsType,
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
  /** `hls4ml`: what that project infers, whatever the network's own rule. */
  readonly accum?: FixedPointType | "hls4ml" | undefined;
  /**
   * Types that sums are cast to, one after the other, before the activation; where that changes
   * something, the activation becomes a layer of its own.
   */
  readonly casts?: readonly FixedPointType[] | undefined;
  readonly result?: FixedPointType | undefined;
}

/** New types of a network. */
export interface NetworkTypes {
  readonly input?: FixedPointType | undefined;
  /** By layer name. */
  readonly layers: ReadonlyMap<string, LayerTypes>;
  /** No accumulator that is inferred has more bits, or more integer bits. */
  readonly maximum?: FixedPointType | undefined;
}

/** What goes into a layer, before and after. */
interface Input {
  readonly type: FixedPointType;
  readonly previous: FixedPointType;
  readonly intervals: readonly Interval[];
}

const someType = FixedPointType.optional();
const checkTypes = optionsCheck<NetworkTypes>("retypeNetwork", {
  input: someType,
  layers: z.map(
    z.string(),
    z.strictObject({
      weight: someType,
      scale: someType,
      bias: someType,
      accum: z.union([FixedPointType, z.literal("hls4ml")]).optional(),
      casts: z.array(FixedPointType).optional(),
      result: someType,
    }),
  ),
  maximum: someType,
});

/** A tensor in another type, its values cast as a C++ assignment casts them. */
function recast({ dtype, shape, values }: IntTensor, from: FixedPointType, to: FixedPointType) {
  const fraction = fractionBits(from);
  return {
    dtype,
    shape,
    values: Int32Array.from(values, (value) => Number(castInteger(BigInt(value), fraction, to))),
  };
}

/** The accumulator that a layer's new types ask for, by a rule. */
function accumulatorFor(
  layer: IntegerConv2d | IntegerDense,
  { type: inputType, intervals }: Input,
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
    inputs: intervals,
    weights: weights.values,
    weightType,
    bias: bias.values,
    biasType,
  });
}

function atMost(type: FixedPointType, maximum: FixedPointType | undefined): FixedPointType {
  if (maximum === undefined) return type;
  const width = Math.min(type.width, maximum.width);
  return { ...type, width, integer: Math.min(type.integer, maximum.integer) };
}

/** The casts that change a value of type `from`. */
function effective(
  from: FixedPointType,
  casts: readonly FixedPointType[] | undefined,
): FixedPointType[] {
  let type = from;
  return (casts ?? []).filter((cast) => {
    const changes = !sameType(type, cast) && !fitsType(intervalOfType(type), cast);
    if (changes) type = cast;
    return changes;
  });
}

/** Casts before a layer's activation as layers: the sums, what lies between, and the activation. */
function apart(
  layer: IntegerConv2d | IntegerDense,
  [first, ...more]: readonly FixedPointType[],
  taken: ReadonlySet<string>,
): IntegerLayer[] {
  const { name, outputShape, activation, resultType } = layer;
  // Unsigned and saturated, negative sums are 0 with a relu or without.
  const isIdle =
    first !== undefined &&
    more.length === 0 &&
    sameType(first, resultType) &&
    (activation === "linear" || (!first.signed && first.overflow === "SAT"));
  if (first === undefined || isIdle) return [layer];
  const nameOf = (word: string): string => {
    let own = `${name}_${word}`;
    while (taken.has(own)) own += "_";
    return own;
  };
  const step = (word: string, type: FixedPointType, of: "linear" | "relu"): IntegerLayer => ({
    kind: "activation",
    name: nameOf(word),
    inputShape: outputShape,
    outputShape,
    activation: of,
    resultType: type,
  });
  return [
    { ...layer, activation: "linear", resultType: first },
    ...more.map((type, i) => {
      // hls4ml's name of what is left before a relu.
      const isLast = activation === "relu" && i === more.length - 1;
      return step(isLast ? "linear" : `cast${i + 1}`, type, "linear");
    }),
    step(activation, resultType, activation),
  ];
}

function retypeProduct(
  layer: IntegerConv2d | IntegerDense,
  types: LayerTypes,
  input: Input,
  network: IntegerNetwork,
  maximum: FixedPointType | undefined,
): IntegerLayer[] {
  const { weight = layer.weightType, bias = layer.biasType } = types;
  const cast = {
    ...layer,
    weightType: weight,
    biasType: bias,
    weights: recast(layer.weights, layer.weightType, weight),
    bias: recast(layer.bias, layer.biasType, bias),
  };
  const isSame =
    sameType(input.type, input.previous) &&
    sameType(weight, layer.weightType) &&
    sameType(bias, layer.biasType);
  const inferred = (): FixedPointType => {
    if (types.accum === "hls4ml") return accumulatorFor(cast, input, "hls4ml");
    return isSame ? layer.accumulatorType : accumulatorFor(cast, input, network.typeRule);
  };
  const accumulatorType =
    types.accum === undefined || types.accum === "hls4ml"
      ? atMost(inferred(), maximum)
      : types.accum;
  // Without a quantizer of its own, a result is what the accumulator holds.
  const follows =
    sameType(layer.resultType, layer.accumulatorType) && layer.activation === "linear";
  const casts = effective(accumulatorType, types.casts);
  const resultType = types.result ?? casts.at(-1) ?? (follows ? accumulatorType : layer.resultType);
  const taken = new Set(network.layers.map(({ name }) => name));
  return apart({ ...cast, accumulatorType, resultType }, casts, taken);
}

function retypeLayer(
  layer: IntegerLayer,
  types: LayerTypes,
  input: Input,
  network: IntegerNetwork,
  maximum: FixedPointType | undefined,
): IntegerLayer[] {
  if (layer.kind === "conv2d" || layer.kind === "dense") {
    return retypeProduct(layer, types, input, network, maximum);
  }
  return [retypeOther(layer, types, input)];
}

function retypeOther(
  layer: Exclude<IntegerLayer, IntegerConv2d | IntegerDense>,
  types: LayerTypes,
  { type: inputType, previous }: Input,
): IntegerLayer {
  const inputChanged = !sameType(inputType, previous);
  const passedOn = sameType(layer.resultType, previous) ? inputType : layer.resultType;
  switch (layer.kind) {
    case "averagePool2d": {
      const count = BigInt(layer.poolSize[0] * layer.poolSize[1]);
      const { min, max, fraction } = intervalOfType(inputType);
      const sums = typeOfInterval({ min: min * count, max: max * count, fraction });
      const own = types.accum === "hls4ml" ? undefined : types.accum;
      const accumulatorType = own ?? (inputChanged ? sums : layer.accumulatorType);
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
function describe({ input, layers, maximum }: NetworkTypes) {
  const word = (type: FixedPointType | string): string =>
    typeof type === "string" ? type : formatType(type);
  const written = (types: LayerTypes) =>
    Object.fromEntries(
      Object.entries(types).flatMap(([role, of]: [string, LayerTypes[keyof LayerTypes]]) => {
        if (of === undefined) return [];
        return [[role, Array.isArray(of) ? of.map(word) : word(of as FixedPointType)]];
      }),
    );
  return {
    ...(input ? { input: { result: formatType(input) } } : {}),
    ...(maximum ? { maximum: formatType(maximum) } : {}),
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
  checkTypes(types);
  validateNetwork(network);
  const inputType = types.input ?? network.inputType;
  let input: Input = {
    type: inputType,
    previous: network.inputType,
    intervals: Array.from({ length: network.inputShape[2] }, () => intervalOfType(inputType)),
  };
  const layers = network.layers.flatMap((layer) => {
    const own = types.layers.get(layer.name) ?? {};
    const next = retypeLayer(layer, own, input, network, types.maximum);
    input = {
      type: next.at(-1)!.resultType,
      previous: layer.resultType,
      intervals: next.reduce((of, each) => layerIntervals(each, of).result, input.intervals),
    };
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
