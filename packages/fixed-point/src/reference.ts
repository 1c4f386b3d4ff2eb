import {
  type Activation,
  CnntargzError,
  type FixedPointType,
  type IntegerConv2d,
  type IntegerDense,
  type IntegerLayer,
  type IntegerNetwork,
} from "@cnntargz/contracts";

import { castInteger, castQuotient } from "./cast.js";
import { pixelError, pixelTest, requireImages } from "./images.js";
import { type WindowLayer, windowPixels } from "./layer-geometry.js";
import { formatType, fractionBits } from "./types.js";
import { validateNetwork } from "./validate.js";

/** What one layer computed, NHWC. */
export interface LayerTrace {
  /** Sums before activation, in units of the accumulator type; null for layers without sums. */
  readonly accumulator: readonly bigint[] | null;
  /** What the layer gives on, in units of its result type. */
  readonly result: readonly bigint[];
}

/** What a network computed from one image. */
export interface NetworkTrace {
  /** The last layer's results. */
  readonly output: readonly bigint[];
  /** By layer name, in order of execution. */
  readonly trace: ReadonlyMap<string, LayerTrace>;
}

/** One product of a weighted sum: the flat input index and the weight. */
type Tap = readonly [input: number, weight: bigint];

/** acc = cast(bias), then acc = cast(acc + weight * x) for each product. */
function accumulate(
  layer: IntegerConv2d | IntegerDense,
  bias: bigint,
  taps: readonly Tap[],
  input: readonly bigint[],
  inputType: FixedPointType,
): bigint {
  const { accumulatorType } = layer;
  const fraction = fractionBits(accumulatorType);
  const productFraction = fractionBits(layer.weightType) + fractionBits(inputType);
  const exactFraction = Math.max(fraction, productFraction);
  const lift = BigInt(exactFraction - fraction);
  const productLift = BigInt(exactFraction - productFraction);
  let sum = castInteger(bias, fractionBits(layer.biasType), accumulatorType);
  for (const [index, weight] of taps) {
    const exact = (sum << lift) + ((weight * input[index]!) << productLift);
    sum = castInteger(exact, exactFraction, accumulatorType);
  }
  return sum;
}

/** The layer's activation: `relu` is max(0, x). */
function activate({ activation }: { readonly activation: Activation }, value: bigint): bigint {
  return activation === "relu" && value < 0n ? 0n : value;
}

/** Calls `element(row, column, channel)` for every output in NHWC order. */
function mapOutputs<T>(
  layer: IntegerLayer,
  element: (row: number, column: number, channel: number) => T,
): T[] {
  const [height, width, channels] = layer.outputShape;
  const values: T[] = [];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        values.push(element(row, column, channel));
      }
    }
  }
  return values;
}

function sums(
  layer: IntegerConv2d | IntegerDense,
  input: readonly bigint[],
  inputType: FixedPointType,
): bigint[] {
  const [, , channels] = layer.inputShape;
  const [, , outputs] = layer.outputShape;
  return mapOutputs(layer, (row, column, output) => {
    const taps: Tap[] = [];
    const addPixel = (pixel: number, firstWeight: number): void => {
      for (let channel = 0; channel < channels; channel += 1) {
        const weight = layer.weights.values[(firstWeight + channel) * outputs + output]!;
        taps.push([pixel * channels + channel, BigInt(weight)]);
      }
    };
    if (layer.kind === "dense") {
      addPixel(0, 0);
    } else {
      for (const { dy, dx, pixel } of windowPixels(layer, row, column)) {
        addPixel(pixel, (dy * layer.kernelSize[1] + dx) * channels);
      }
    }
    return accumulate(layer, BigInt(layer.bias.values[output]!), taps, input, inputType);
  });
}

function windowValues(
  layer: WindowLayer,
  input: readonly bigint[],
  row: number,
  column: number,
  channel: number,
): bigint[] {
  const channels = layer.inputShape[2];
  return [...windowPixels(layer, row, column)].map(
    ({ pixel }) => input[pixel * channels + channel]!,
  );
}

/** Run one layer on `input`, integers in units of `inputType`. */
function runLayer(
  layer: IntegerLayer,
  input: readonly bigint[],
  inputType: FixedPointType,
): LayerTrace {
  const inputFraction = fractionBits(inputType);
  const give = (value: bigint): bigint => castInteger(value, inputFraction, layer.resultType);
  switch (layer.kind) {
    case "conv2d":
    case "dense": {
      const accumulator = sums(layer, input, inputType);
      const fraction = fractionBits(layer.accumulatorType);
      const result = accumulator.map((sum) =>
        castInteger(activate(layer, sum), fraction, layer.resultType),
      );
      return { accumulator, result };
    }
    case "averagePool2d": {
      const count = BigInt(layer.poolSize[0] * layer.poolSize[1]);
      const accumulator = mapOutputs(layer, (row, column, channel) => {
        const sum = windowValues(layer, input, row, column, channel).reduce((a, b) => a + b);
        const held = castInteger(sum, inputFraction, layer.accumulatorType);
        const back = fractionBits(layer.accumulatorType) - inputFraction;
        if (back < 0 ? held << BigInt(-back) !== sum : held !== sum << BigInt(back)) {
          throw new CnntargzError(
            "contract",
            `layer ${layer.name}: the sum ${String(sum)} * 2^${-inputFraction} does not fit its accumulator ${formatType(layer.accumulatorType)}; widen it`,
          );
        }
        return held;
      });
      const fraction = fractionBits(layer.accumulatorType);
      const result = accumulator.map((sum) => castQuotient(sum, count, fraction, layer.resultType));
      return { accumulator, result };
    }
    case "maxPool2d": {
      const result = mapOutputs(layer, (row, column, channel) =>
        give(windowValues(layer, input, row, column, channel).reduce((a, b) => (b > a ? b : a))),
      );
      return { accumulator: null, result };
    }
    case "activation":
      return { accumulator: null, result: input.map((value) => give(activate(layer, value))) };
    case "scale": {
      const product = inputFraction + fractionBits(layer.scaleType);
      const exact = Math.max(product, fractionBits(layer.biasType));
      const productLift = BigInt(exact - product);
      const biasLift = BigInt(exact - fractionBits(layer.biasType));
      const channels = layer.scale.values.length;
      const result = input.map((value, i) => {
        const scale = BigInt(layer.scale.values[i % channels]!);
        const bias = BigInt(layer.bias.values[i % channels]!);
        const sum = ((scale * value) << productLift) + (bias << biasLift);
        return castInteger(activate(layer, sum), exact, layer.resultType);
      });
      return { accumulator: null, result };
    }
    case "flatten":
      return { accumulator: null, result: input.map(give) };
  }
}

function readImage(network: IntegerNetwork, image: ArrayLike<number>): bigint[] {
  requireImages(network, image.length, 1);
  const isPixel = pixelTest(network);
  return Array.from(image, (value, i) => {
    if (!isPixel(value)) throw pixelError(network, i, value);
    return BigInt(value);
  });
}

/**
 * The slow and obvious interpreter that every other computation of an integer network is compared
 * with: BigInt throughout, one product after the other in (kh, kw, cin) order, every assignment a
 * cast. `image`: integers in units of the input type's least significant bit, NHWC.
 *
 * Dense and conv2d: acc = cast(bias), acc = cast(acc + w * x), result = cast(activation(acc)), where
 * padding adds nothing. Average pooling: the exact sum, then cast(sum / window size) rounded as the
 * exact rational. Scale: cast(activation(scale * x + bias)), exact before the cast. Activation:
 * cast(activation(x)). Max pooling and flatten: a cast to the result type.
 *
 * @throws CnntargzError `contract` when network or image do not honour their contracts, or an
 * average pool's accumulator can not hold a sum.
 */
export function runReference(network: IntegerNetwork, image: ArrayLike<number>): NetworkTrace {
  validateNetwork(network);
  let values: readonly bigint[] = readImage(network, image);
  let type = network.inputType;
  const trace = new Map<string, LayerTrace>();
  for (const layer of network.layers) {
    const step = runLayer(layer, values, type);
    trace.set(layer.name, step);
    values = step.result;
    type = layer.resultType;
  }
  return { output: values, trace };
}
