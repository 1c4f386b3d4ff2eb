import type { IntegerLayer, IntegerNetwork } from "@cnntargz/contracts";

import { prepareSmallCast, type SmallCast } from "./cast-small.js";
import type { Positions } from "./fast-kernels.js";
import {
  type Frame,
  planAverage,
  planScale,
  planWeighted,
  type Sums,
  windowOffsets,
} from "./fast-sums.js";
import { type Interval, intervalOfType } from "./interval.js";
import { windowPads, windowSize } from "./layer-geometry.js";
import { type LayerIntervals, networkIntervals } from "./network-intervals.js";
import { fractionBits } from "./types.js";

/** One layer, ready for the float64 kernels. */
export interface LayerPlan extends Sums {
  readonly layer: IntegerLayer;
  readonly positions: Positions;
  /** Output positions of one image. */
  readonly perImage: number;
  readonly relu: boolean;
  readonly divisor: number;
  readonly cast: SmallCast;
  /** Values per image in the layer's output buffer. */
  readonly outputSize: number;
}

function frameOf(shape: readonly [number, number, number], next: IntegerLayer | undefined): Frame {
  const [height, width, channels] = shape;
  const none = { top: 0, bottom: 0, left: 0, right: 0 };
  const { top, bottom, left, right } = next?.kind === "conv2d" ? windowPads(next) : none;
  const framed = width + left + right;
  return { width: framed, channels, top, left, size: (height + top + bottom) * framed * channels };
}

/** Window starts and output addresses of all positions, for `chunk` images one after the other. */
function planPositions(layer: IntegerLayer, from: Frame, to: Frame, chunk: number): Positions {
  const [rows, columns] = layer.kind === "flatten" ? layer.inputShape : layer.outputShape;
  const [down, across] = "strides" in layer ? layer.strides : [1, 1];
  const channels = layer.kind === "flatten" ? from.channels : to.channels;
  const perImage = rows * columns;
  const inputs = new Int32Array(perImage * chunk);
  const outputs = new Int32Array(perImage * chunk);
  const origin = (to.top * to.width + to.left) * to.channels;
  for (let image = 0, i = 0; image < chunk; image += 1) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, i += 1) {
        const start = (row * down * from.width + column * across) * from.channels;
        inputs[i] = image * from.size + start;
        // Flattening lays all pixels into the channels of one.
        const pixel = row * (layer.kind === "flatten" ? columns : to.width) + column;
        outputs[i] = image * to.size + origin + pixel * channels;
      }
    }
  }
  return { inputs, outputs, channels };
}

function planLayer(
  layer: IntegerLayer,
  inputs: readonly Interval[],
  inputFraction: number,
  { exact }: LayerIntervals,
  from: Frame,
  to: Frame,
  chunk: number,
): LayerPlan | null {
  if (layer.resultType.width > 53) return null;
  const positions = planPositions(layer, from, to, chunk);
  const plan = (sums: Sums, castFraction = sums.sumFraction, divisor = 1): LayerPlan => ({
    layer,
    positions,
    perImage: positions.inputs.length / chunk,
    ...sums,
    relu: "activation" in layer && layer.activation === "relu",
    divisor,
    cast: prepareSmallCast(castFraction, layer.resultType),
    outputSize: to.size,
  });
  switch (layer.kind) {
    case "conv2d":
    case "dense": {
      const sums = planWeighted(layer, inputs, inputFraction, exact, from);
      return sums && plan(sums);
    }
    case "averagePool2d": {
      const average = exact ? planAverage(layer, inputs, inputFraction) : null;
      if (!average) return null;
      const offsets = windowOffsets(...windowSize(layer), from);
      const sum = { kind: "pool", offsets, largest: false } as const;
      return plan({ sum, sumFraction: inputFraction }, average.castFraction, average.divisor);
    }
    case "scale": {
      const sums = planScale(layer, inputs, inputFraction);
      return sums && plan(sums);
    }
    case "maxPool2d":
    case "activation":
    case "flatten": {
      const size = layer.kind === "maxPool2d" ? windowSize(layer) : ([1, 1] as const);
      const offsets = windowOffsets(...size, from);
      const sum = { kind: "pool", offsets, largest: true } as const;
      return plan({ sum, sumFraction: inputFraction });
    }
  }
}

/** A network ready for the float64 kernels: every layer's plan, and the frame of the input image. */
export interface NetworkPlan {
  readonly layers: readonly LayerPlan[];
  /** Values per image in the input buffer, padding included. */
  readonly inputSize: number;
  /** Index of each image value in the input buffer. */
  readonly inputAddresses: Int32Array;
}

/**
 * Prepare a valid network for chunks of `chunk` images, or give null when float64 is not proven
 * exact for it: numbers beyond 2^53, types wider than 53 bits, or an average that may not fit.
 */
export function planNetwork(network: IntegerNetwork, chunk: number): NetworkPlan | null {
  const intervals = networkIntervals(network);
  if (network.inputType.width > 53) return null;
  const [height, width, channels] = network.inputShape;
  const first = frameOf(network.inputShape, network.layers[0]);
  const inputAddresses = Int32Array.from({ length: height * width * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    const row = first.top + Math.floor(pixel / width);
    return (row * first.width + first.left + (pixel % width)) * channels + (i % channels);
  });
  const layers: LayerPlan[] = [];
  let from = first;
  let type = network.inputType;
  let inputs: readonly Interval[] = Array<Interval>(channels).fill(intervalOfType(type));
  for (const [i, layer] of network.layers.entries()) {
    const to = frameOf(layer.outputShape, network.layers[i + 1]);
    const known = intervals.get(layer.name)!;
    const planned = planLayer(layer, inputs, fractionBits(type), known, from, to, chunk);
    if (!planned) return null;
    layers.push(planned);
    from = to;
    type = layer.resultType;
    inputs = known.result;
  }
  return { layers, inputSize: first.size, inputAddresses };
}
