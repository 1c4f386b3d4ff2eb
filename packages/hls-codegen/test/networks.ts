import type { FixedPointType, IntegerLayer, IntegerNetwork } from "@cnntargz/contracts";
import { fixedType, maxInteger, minInteger } from "@cnntargz/fixed-point";

/** Weights without a pattern and without chance: a linear congruential walk through the type. */
function values(count: number, type: FixedPointType, start: number): Int32Array<ArrayBuffer> {
  const low = Number(minInteger(type));
  const span = Number(maxInteger(type)) - low + 1;
  let state = start;
  return Int32Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return low + (Math.floor(state / 65536) % span);
  });
}

const WEIGHT = fixedType(true, 4, 1);
const ACCUMULATOR = fixedType(true, 20, 10);
const ACTIVATION = fixedType(false, 4, 0, "RND_CONV", "SAT");

type Shape = readonly [number, number, number];
type Pads = { top: number; bottom: number; left: number; right: number };
const NO_PADS: Pads = { top: 0, bottom: 0, left: 0, right: 0 };

/** A conv2d with relu whose weights have 4 bits. */
export function conv(
  name: string,
  inputShape: Shape,
  kernelSize: readonly [number, number],
  filters: number,
  strides: readonly [number, number] = [1, 1],
  pads: Pads = NO_PADS,
): IntegerLayer {
  const size = kernelSize[0] * kernelSize[1] * inputShape[2] * filters;
  const along = (axis: 0 | 1, before: number, after: number): number =>
    Math.floor((inputShape[axis] + before + after - kernelSize[axis]) / strides[axis]) + 1;
  return {
    kind: "conv2d",
    name,
    inputShape,
    outputShape: [along(0, pads.top, pads.bottom), along(1, pads.left, pads.right), filters],
    resultType: ACTIVATION,
    weightType: WEIGHT,
    biasType: WEIGHT,
    accumulatorType: ACCUMULATOR,
    activation: "relu",
    kernelSize,
    strides,
    pads,
    weights: {
      dtype: "int32",
      shape: [...kernelSize, inputShape[2], filters],
      values: values(size, WEIGHT, name.length),
    },
    bias: { dtype: "int32", shape: [filters], values: values(filters, WEIGHT, size) },
  };
}

/** A dense layer; the last of a network is linear and gives on its accumulator. */
export function dense(name: string, inputs: number, units: number, last = false): IntegerLayer {
  return {
    kind: "dense",
    name,
    inputShape: [1, 1, inputs],
    outputShape: [1, 1, units],
    resultType: last ? ACCUMULATOR : ACTIVATION,
    weightType: WEIGHT,
    biasType: WEIGHT,
    accumulatorType: ACCUMULATOR,
    activation: last ? "linear" : "relu",
    weights: {
      dtype: "int32",
      shape: [inputs, units],
      values: values(inputs * units, WEIGHT, inputs + units),
    },
    bias: { dtype: "int32", shape: [units], values: values(units, WEIGHT, units) },
  };
}

/** A flatten of `inputShape`. */
export function flatten(inputShape: Shape, type: FixedPointType = ACTIVATION): IntegerLayer {
  const outputShape: Shape = [1, 1, inputShape[0] * inputShape[1] * inputShape[2]];
  return { kind: "flatten", name: "flatten", inputShape, outputShape, resultType: type };
}

/** A network of these layers. */
export function network(name: string, layers: readonly IntegerLayer[]): IntegerNetwork {
  return {
    kind: "integer-network",
    schemaVersion: 1,
    name,
    typeRule: "interval",
    inputShape: layers[0]!.inputShape,
    inputType: fixedType(false, 2, 1),
    layers,
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    provenance: { stage: "test", packages: {}, seed: 0, inputs: {}, config: null },
  };
}

/** Every kind of layer once, with padding and strides, in a few lines of firmware. */
export function smallNetwork(): IntegerNetwork {
  const pads = { top: 1, bottom: 0, left: 1, right: 1 };
  const common = { strides: [1, 1], resultType: ACTIVATION } as const;
  return network("small", [
    conv("conv1", [4, 6, 1], [2, 3], 2, [1, 2], pads),
    {
      kind: "maxPool2d",
      name: "pool1",
      inputShape: [4, 3, 2],
      outputShape: [3, 3, 2],
      poolSize: [2, 1],
      ...common,
    },
    {
      kind: "averagePool2d",
      name: "pool2",
      inputShape: [3, 3, 2],
      outputShape: [3, 1, 2],
      poolSize: [1, 3],
      accumulatorType: fixedType(false, 6, 2),
      ...common,
    },
    flatten([3, 1, 2]),
    dense("output", 6, 2, true),
  ]);
}

/** The shape of the Student network: four 3x3 convolutions and three dense layers. */
export function studentNetwork(): IntegerNetwork {
  return network("student", [
    conv("conv1", [9, 16, 1], [3, 3], 1),
    conv("conv2", [7, 14, 1], [3, 3], 1),
    conv("conv3", [5, 12, 1], [3, 3], 6),
    conv("conv4", [3, 10, 6], [3, 3], 6),
    flatten([1, 8, 6]),
    dense("dense1", 48, 10),
    dense("dense2", 10, 10),
    dense("output", 10, 2, true),
  ]);
}
