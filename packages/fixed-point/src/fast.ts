import { CnntargzError, type IntegerNetwork } from "@cnntargz/contracts";

import {
  castInPlace,
  poolWindows,
  sumTaps,
  sumTapsStepwise,
  sumTapsTruncated,
  writeResults,
} from "./fast-kernels.js";
import { type LayerPlan, type NetworkPlan, planNetwork } from "./fast-plan.js";
import { imageSize, pixelError, pixelTest, requireImages } from "./images.js";
import { type LayerTrace, type NetworkTrace, runReference } from "./reference.js";
import { fractionBits } from "./types.js";
import { validateNetwork } from "./validate.js";

/** A network prepared to run over many images, with the results of the reference interpreter. */
export interface CompiledNetwork {
  /** `float64`: proven exact in float64; `reference`: the BigInt interpreter, where it is not. */
  readonly arithmetic: "float64" | "reference";
  /** Values per output. */
  readonly outputs: number;
  /**
   * Run `count` images (count, height, width, channels), integers in units of the input type's
   * least significant bit; gives (count, outputs), integers in units of the last layer's result type.
   *
   * @throws CnntargzError `contract` for a wrong length or values outside the input type, `inexact`
   * for a result that float64 can not hold.
   */
  run(images: Uint8Array | Int32Array | Float64Array, count: number): Float64Array;
  /** Every layer's sums and results for one image, as {@link runReference} gives them. */
  trace(image: ArrayLike<number>): NetworkTrace;
}

/**
 * Images per pass: enough for dense layers to share a weight among four, few enough to stay in a
 * cache of 2^15 values.
 */
function chunkSize({ layers, inputShape }: IntegerNetwork): number {
  const shapes = [inputShape, ...layers.map((layer) => layer.outputShape)];
  const largest = Math.max(...shapes.map(([height, width, channels]) => height * width * channels));
  return Math.max(1, Math.min(16, Math.floor(2 ** 15 / largest)));
}

function runLayer(
  plan: LayerPlan,
  values: Float64Array,
  images: number,
  sums: Float64Array,
  results: Float64Array,
): void {
  const { positions, sum } = plan;
  const count = plan.perImage * images;
  switch (sum.kind) {
    case "taps":
      sumTaps(values, positions, count, sum.taps, sums);
      if (sum.wrap) castInPlace(sums, count * positions.channels, sum.wrap);
      break;
    case "truncated":
      sumTapsTruncated(values, positions, count, sum.taps, sum.low, sum.lowScale, sums);
      castInPlace(sums, count * positions.channels, sum.wrap);
      break;
    case "steps":
      sumTapsStepwise(values, positions, count, sum.taps, sum.step, sum.scale, sums);
      break;
    case "pool":
      poolWindows(values, positions, count, sum.offsets, sum.largest, sums);
      break;
  }
  writeResults(sums, positions, count, plan.relu, plan.divisor, plan.cast, results);
}

function traceLayer(plan: LayerPlan, sums: Float64Array, results: Float64Array): LayerTrace {
  const { layer, perImage, positions } = plan;
  const size = perImage * positions.channels;
  const result = Array.from({ length: size }, (_, i) => {
    const position = Math.floor(i / positions.channels);
    return BigInt(results[positions.outputs[position]! + (i % positions.channels)]!);
  });
  if (!("accumulatorType" in layer)) return { accumulator: null, result };
  const lift = BigInt(fractionBits(layer.accumulatorType) - plan.sumFraction);
  return { accumulator: Array.from(sums.subarray(0, size), (sum) => BigInt(sum) << lift), result };
}

function compileFloat64(
  network: IntegerNetwork,
  plan: NetworkPlan,
  chunk: number,
): CompiledNetwork {
  const { layers, inputSize, inputAddresses } = plan;
  const size = inputAddresses.length;
  const isPixel = pixelTest(network);
  // Padding stays zero: kernels only ever write inside it.
  const input = new Float64Array(inputSize * chunk);
  const buffers = layers.map((layer) => new Float64Array(layer.outputSize * chunk));
  const sums = new Float64Array(
    Math.max(...layers.map(({ positions }) => positions.inputs.length * positions.channels)),
  );
  const last = buffers.at(-1)!;
  const outputs = layers.at(-1)!.outputSize;

  const load = (images: ArrayLike<number>, first: number, count: number): void => {
    for (let image = 0, from = first * size; image < count; image += 1) {
      const base = image * inputSize;
      for (let i = 0; i < size; i += 1, from += 1) {
        const value = images[from]!;
        if (!isPixel(value)) throw pixelError(network, from, value);
        input[base + inputAddresses[i]!] = value;
      }
    }
  };
  return {
    arithmetic: "float64",
    outputs,
    run: (images, count) => {
      requireImages(network, images.length, count);
      const all = new Float64Array(count * outputs);
      for (let first = 0; first < count; first += chunk) {
        const part = Math.min(chunk, count - first);
        load(images, first, part);
        for (let i = 0; i < layers.length; i += 1) {
          runLayer(layers[i]!, i === 0 ? input : buffers[i - 1]!, part, sums, buffers[i]!);
        }
        all.set(last.subarray(0, part * outputs), first * outputs);
      }
      return all;
    },
    trace: (image) => {
      requireImages(network, image.length, 1);
      load(image, 0, 1);
      const trace = new Map<string, LayerTrace>();
      for (const [i, layer] of layers.entries()) {
        const results = buffers[i]!;
        runLayer(layer, i === 0 ? input : buffers[i - 1]!, 1, sums, results);
        trace.set(layer.layer.name, traceLayer(layer, sums, results));
      }
      return { output: Array.from(last.subarray(0, outputs), BigInt), trace };
    },
  };
}

function compileReference(network: IntegerNetwork): CompiledNetwork {
  const size = imageSize(network);
  const outputs = network.layers.at(-1)!.outputShape.reduce((a, b) => a * b, 1);
  return {
    arithmetic: "reference",
    outputs,
    run: (images, count) => {
      requireImages(network, images.length, count);
      const all = new Float64Array(count * outputs);
      for (let image = 0; image < count; image += 1) {
        const { output } = runReference(network, images.subarray(image * size, (image + 1) * size));
        for (const [i, value] of output.entries()) {
          const number = Number(value);
          if (BigInt(number) !== value) {
            throw new CnntargzError(
              "inexact",
              `network ${network.name}: result ${String(value)} of image ${image} is not a float64; use runReference`,
            );
          }
          all[image * outputs + i] = number;
        }
      }
      return all;
    },
    trace: (image) => runReference(network, image),
  };
}

/**
 * Prepare a network to run over many images: the results of {@link runReference}, in float64 where
 * intervals prove every number on the way exact (integers up to 2^53). An accumulator that provably
 * never changes a sum, or only wraps it, is applied once at the end; one that rounds or saturates on
 * the way is applied after each product. Buffers are made here, and a run allocates its result only.
 *
 * @throws CnntargzError `contract` when the network is not valid.
 */
export function compileNetwork(network: IntegerNetwork): CompiledNetwork {
  validateNetwork(network);
  const chunk = chunkSize(network);
  const plan = planNetwork(network, chunk);
  return plan ? compileFloat64(network, plan, chunk) : compileReference(network);
}
