import {
  anyObject,
  checkContext,
  CnntargzError,
  type FirstOverflow,
  type FixedPointType,
  type IntegerConv2d,
  type IntegerDense,
  type IntegerLayer,
  type IntegerNetwork,
  type LayerProfile,
  type NamedWeights,
  type NetworkProfile,
  optionsCheck,
  type SignalProfile,
  type StageContext,
} from "@cnntargz/contracts";
import {
  castReal,
  compileNetwork,
  fixedType,
  hullIntervals,
  intervalOfType,
  sumIntervals,
  typeOfInterval,
} from "@cnntargz/fixed-point";

import { profileSignal } from "./profile-signal.js";

/** What else to profile against. */
export interface ProfileOptions {
  /** Weights before quantization, whose ranges are then told instead of the quantized ones'. */
  readonly weights?: NamedWeights;
}

const checkOptions = optionsCheck<ProfileOptions>("profileNetwork", {
  weights: anyObject.optional(),
});

/**
 * Run `count` images (integers in units of the input type's last bit) and profile every layer:
 * weights, biases, exact sums and results against their types, how many values saturate or wrap, and
 * where that happens first. A layer gets what the one before really gives, saturated or not. Takes
 * memory for all values of a layer, so use thousands of images, not millions.
 *
 * @throws CnntargzError `contract` when the images or `weights` do not fit the network; `inexact`
 * when a sum does not fit a float64.
 */
export function profileNetwork(
  network: IntegerNetwork,
  images: Uint8Array | Int32Array | Float64Array,
  count: number,
  options: ProfileOptions = {},
  context: Pick<StageContext, "signal" | "onProgress"> = {},
): NetworkProfile {
  checkOptions(options);
  checkContext(context, "profileNetwork");
  const { weights } = options;
  const layers: LayerProfile[] = [];
  let firstOverflow: FirstOverflow | null = null;
  let values = images;
  let type = network.inputType;
  for (const layer of network.layers) {
    context.signal?.throwIfAborted();
    const run = (changed: IntegerLayer): Float64Array =>
      runLayer(network, changed, type, values, count);
    const accumulator = isWeighted(layer) ? profileSums(layer, type, run) : null;
    const wide = unlimited(layer.resultType);
    const result = profileSignal(run({ ...layer, resultType: wide }), layer.resultType);
    const size = result.count / count;
    const overflow = (
      signal: FirstOverflow["signal"],
      { firstSaturated: at, type: of }: SignalProfile,
    ): FirstOverflow | null =>
      at === null
        ? null
        : { layer: layer.name, signal, image: Math.floor(at / size), index: at % size, type: of };
    firstOverflow ??=
      (accumulator && overflow("accumulator", accumulator)) ?? overflow("result", result);
    layers.push({
      name: layer.name,
      kind: layer.kind,
      ...(isWeighted(layer)
        ? {
            weights: profileTensor(layer, "weights", weights),
            bias: profileTensor(layer, "bias", weights),
          }
        : { weights: null, bias: null }),
      accumulator,
      result,
    });
    values = run(layer);
    type = layer.resultType;
    context.onProgress?.({ task: "profile", fraction: layers.length / network.layers.length });
  }
  return { kind: "network-profile", schemaVersion: 1, images: count, layers, firstOverflow };
}

function isWeighted(layer: IntegerLayer): layer is IntegerConv2d | IntegerDense {
  return layer.kind === "conv2d" || layer.kind === "dense";
}

/** The outputs of one layer alone. */
function runLayer(
  network: IntegerNetwork,
  layer: IntegerLayer,
  inputType: FixedPointType,
  values: Uint8Array | Int32Array | Float64Array,
  count: number,
): Float64Array {
  const { inputShape } = layer;
  const alone: IntegerNetwork = { ...network, inputShape, inputType, layers: [layer] };
  return compileNetwork(alone).run(values, count);
}

/** The same grid and rounding with room for everything: results are at most sums of 53 bits. */
function unlimited({ width, integer, rounding }: FixedPointType): FixedPointType {
  return fixedType(true, 53, integer + 53 - width, rounding, "SAT");
}

/** Exact sums against the accumulator, in units of its last bit. */
function profileSums(
  layer: IntegerConv2d | IntegerDense,
  inputType: FixedPointType,
  run: (layer: IntegerLayer) => Float64Array,
): SignalProfile {
  const exact = typeOfInterval(
    sumIntervals({
      inputs: Array.from({ length: layer.inputShape[2] }, () => intervalOfType(inputType)),
      weights: layer.weights.values,
      weightType: layer.weightType,
      bias: layer.bias.values,
      biasType: layer.biasType,
    }).reduce(hullIntervals),
  );
  const { accumulatorType } = layer;
  const sums = run({
    ...layer,
    activation: "linear",
    accumulatorType: exact,
    resultType: unlimited(accumulatorType),
  });
  return profileSignal(sums, accumulatorType);
}

function profileTensor(
  layer: IntegerConv2d | IntegerDense,
  what: "weights" | "bias",
  weights: NamedWeights | undefined,
): SignalProfile {
  const type = what === "weights" ? layer.weightType : layer.biasType;
  const { values } = layer[what];
  if (weights === undefined) return profileSignal(Float64Array.from(values), type);
  const name = `${layer.name}/${what === "weights" ? "kernel" : "bias"}`;
  const floats = weights[name];
  if (floats?.values.length !== values.length) {
    throw new CnntargzError(
      "contract",
      `${name} has ${floats?.values.length ?? 0} weights, the network ${values.length}; give the weights that it was made from`,
    );
  }
  const grid = unlimited({ ...type, rounding: "RND_CONV" });
  const integers = Float64Array.from(floats.values, (value) => Number(castReal(value, grid)));
  // The range as it was, not rounded to the grid.
  const min = floats.values.reduce((least, value) => Math.min(least, value), Infinity);
  const max = floats.values.reduce((most, value) => Math.max(most, value), -Infinity);
  return { ...profileSignal(integers, type), min, max };
}
