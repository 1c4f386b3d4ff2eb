import type {
  FixedPointType,
  IntegerConv2d,
  IntegerDense,
  IntegerLayer,
  IntegerNetwork,
} from "@cnntargz/contracts";

/** What the arithmetic of a layer with weights is made of. */
export interface LayerEbops {
  readonly name: string;
  readonly kind: "conv2d" | "dense";
  /** Width of each input, weight and accumulator in bits, their signs included. */
  readonly inputBits: number;
  readonly weightBits: number;
  readonly accumulatorBits: number;
  readonly resultBits: number;
  /** Weights and biases. */
  readonly parameters: number;
  /** Weights (biases not counted) that are zero. */
  readonly zeros: number;
  /** Products of one image with a weight that is not zero and an input that is not padding. */
  readonly products: number;
  /** Effective bit operations of one image, every output computed by its own hardware. */
  readonly ebops: number;
  /** Effective bit operations of hardware that computes one output position after the other. */
  readonly ebopsPerPosition: number;
}

/** Effective bit operations of a network. */
export interface NetworkEbops {
  readonly layers: readonly LayerEbops[];
  readonly total: number;
  readonly totalPerPosition: number;
}

/**
 * Bits of a constant factor: from its most to its least significant bit that is set, 0 for 0; a
 * shift costs no logic.
 */
export function effectiveBits(integer: number): number {
  if (integer === 0) return 0;
  let magnitude = Math.abs(integer);
  while (magnitude % 2 === 0) magnitude /= 2;
  return magnitude.toString(2).length;
}

/**
 * Effective bit operations (HGQ, arXiv:2405.00645): the sum over all products of input bits times
 * weight bits, plus the bits of every bias. Input bits are the width of the input's type; weight
 * and bias bits those between their outermost set bits ({@link effectiveBits}). Products with padding cost
 * nothing.
 */
export function countEbops(network: IntegerNetwork): NetworkEbops {
  const layers: LayerEbops[] = [];
  let inputType = network.inputType;
  for (const layer of network.layers) {
    if (isWeighted(layer)) layers.push(layerEbops(layer, inputType));
    inputType = layer.resultType;
  }
  const sum = (of: (layer: LayerEbops) => number): number =>
    layers.reduce((total, layer) => total + of(layer), 0);
  return {
    layers,
    total: sum(({ ebops }) => ebops),
    totalPerPosition: sum(({ ebopsPerPosition }) => ebopsPerPosition),
  };
}

function isWeighted(layer: IntegerLayer): layer is IntegerConv2d | IntegerDense {
  return layer.kind === "conv2d" || layer.kind === "dense";
}

function layerEbops(layer: IntegerConv2d | IntegerDense, inputType: FixedPointType): LayerEbops {
  const weights = layer.weights.values;
  const [height, width] = layer.outputShape;
  const uses = tapUses(layer);
  const weightsPerTap = weights.length / uses.length;
  const biasBits = layer.bias.values.reduce((total, value) => total + effectiveBits(value), 0);
  let ebops = biasBits * height * width;
  let ebopsPerPosition = biasBits;
  let products = 0;
  let zeros = 0;
  weights.forEach((weight, i) => {
    if (weight === 0) {
      zeros += 1;
      return;
    }
    const bits = effectiveBits(weight) * inputType.width;
    const count = uses[Math.floor(i / weightsPerTap)]!;
    products += count;
    ebops += bits * count;
    ebopsPerPosition += bits;
  });
  return {
    name: layer.name,
    kind: layer.kind,
    inputBits: inputType.width,
    weightBits: layer.weightType.width,
    accumulatorBits: layer.accumulatorType.width,
    resultBits: layer.resultType.width,
    parameters: weights.length + layer.bias.values.length,
    zeros,
    products,
    ebops,
    ebopsPerPosition,
  };
}

/** How many output positions use each of the kernel's kh * kw taps on a pixel of the image. */
function tapUses(layer: IntegerConv2d | IntegerDense): number[] {
  if (layer.kind === "dense") return [1];
  const { kernelSize, strides, pads, inputShape, outputShape } = layer;
  const along = (axis: 0 | 1, before: number): number[] =>
    Array.from({ length: kernelSize[axis] }, (_, tap) => {
      let uses = 0;
      for (let position = 0; position < outputShape[axis]; position++) {
        const pixel = position * strides[axis] + tap - before;
        if (pixel >= 0 && pixel < inputShape[axis]) uses += 1;
      }
      return uses;
    });
  const columns = along(1, pads.left);
  return along(0, pads.top).flatMap((rows) => columns.map((uses) => rows * uses));
}
