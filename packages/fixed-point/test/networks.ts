import type {
  FixedPointType,
  IntegerConv2d,
  IntegerDense,
  IntegerLayer,
  IntegerNetwork,
} from "@cnntargz/contracts";
import { parseType } from "@cnntargz/fixed-point";

type Shape = readonly [number, number, number];

/** 16-bit integers: room for every number of these tests. */
export const int16 = parseType("ap_int<16>");

/** A network of the given layers. */
export function networkOf(
  inputShape: Shape,
  inputType: FixedPointType,
  layers: readonly IntegerLayer[],
): IntegerNetwork {
  return {
    kind: "integer-network",
    schemaVersion: 1,
    name: "small",
    typeRule: "interval",
    inputShape,
    inputType,
    layers,
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    provenance: { stage: "test", packages: {}, seed: 0, inputs: {}, config: {} },
  };
}

const tensor = (shape: readonly number[], values: readonly number[]) => ({
  dtype: "int32" as const,
  shape,
  values: Int32Array.from(values),
});

/** A dense layer, linear and of 16-bit integers where nothing else is said. */
export function denseOf(
  weights: readonly number[],
  bias: readonly number[],
  changes: Partial<IntegerDense> = {},
): IntegerDense {
  const units = bias.length;
  const inputs = weights.length / units;
  return {
    kind: "dense",
    name: "dense",
    inputShape: [1, 1, inputs],
    outputShape: [1, 1, units],
    weightType: int16,
    biasType: int16,
    accumulatorType: int16,
    resultType: int16,
    activation: "linear",
    weights: tensor([inputs, units], weights),
    bias: tensor([units], bias),
    ...changes,
  };
}

/** A convolution without bias, linear and of 16-bit integers where nothing else is said. */
export function convOf(
  inputShape: Shape,
  outputShape: Shape,
  kernelSize: readonly [number, number],
  weights: readonly number[],
  changes: Partial<IntegerConv2d> = {},
): IntegerConv2d {
  const filters = outputShape[2];
  return {
    kind: "conv2d",
    name: "conv",
    inputShape,
    outputShape,
    kernelSize,
    strides: [1, 1],
    pads: { top: 0, bottom: 0, left: 0, right: 0 },
    weightType: int16,
    biasType: int16,
    accumulatorType: int16,
    resultType: int16,
    activation: "linear",
    weights: tensor([...kernelSize, inputShape[2], filters], weights),
    bias: tensor([filters], Array<number>(filters).fill(0)),
    ...changes,
  };
}
