import {
  CnntargzError,
  type FixedPointType,
  type IntegerLayer,
  type IntegerNetwork,
  integerSizeFault,
  type IntTensor,
} from "@cnntargz/contracts";

import { windowOutput } from "./layer-geometry.js";
import { formatType, maxInteger, minInteger } from "./types.js";

const list = (numbers: readonly number[]): string => `[${numbers.join(", ")}]`;

function fail(layer: IntegerLayer, message: string): never {
  throw new CnntargzError("contract", `layer ${layer.name} (${layer.kind}): ${message}`);
}

function requireShape(
  layer: IntegerLayer,
  what: string,
  actual: readonly number[],
  expected: readonly number[],
): void {
  if (list(actual) !== list(expected)) {
    fail(layer, `${what} is ${list(actual)}, expected ${list(expected)}`);
  }
}

function requireRange(
  layer: IntegerLayer,
  what: string,
  values: Int32Array,
  type: FixedPointType,
): void {
  const min = Number(minInteger(type));
  const max = Number(maxInteger(type));
  for (const [i, value] of values.entries()) {
    if (value < min || value > max) {
      fail(
        layer,
        `${what} ${i} is ${value}, outside ${min}..${max} of ${formatType(type)}; quantize it to that type first`,
      );
    }
  }
}

function requireTensor(
  layer: IntegerLayer,
  what: string,
  { shape, values }: IntTensor,
  expected: readonly number[],
  type: FixedPointType,
): void {
  requireShape(layer, `the shape of ${what}`, shape, expected);
  const size = expected.reduce((product, length) => product * length, 1);
  if (values.length !== size) fail(layer, `${what} has ${values.length} values, expected ${size}`);
  requireRange(layer, what, values, type);
}

function validateLayer(layer: IntegerLayer): void {
  const [height, width, channels] = layer.inputShape;
  const shape = "outputShape";
  switch (layer.kind) {
    case "conv2d": {
      const filters = layer.outputShape[2];
      requireShape(layer, shape, layer.outputShape, [...windowOutput(layer), filters]);
      const kernel = [...layer.kernelSize, channels, filters];
      requireTensor(layer, "weights", layer.weights, kernel, layer.weightType);
      requireTensor(layer, "bias", layer.bias, [filters], layer.biasType);
      return;
    }
    case "dense": {
      const units = layer.outputShape[2];
      requireShape(layer, "inputShape", layer.inputShape, [1, 1, channels]);
      requireShape(layer, shape, layer.outputShape, [1, 1, units]);
      requireTensor(layer, "weights", layer.weights, [channels, units], layer.weightType);
      requireTensor(layer, "bias", layer.bias, [units], layer.biasType);
      return;
    }
    case "maxPool2d":
    case "averagePool2d":
      requireShape(layer, shape, layer.outputShape, [...windowOutput(layer), channels]);
      return;
    case "activation":
      requireShape(layer, shape, layer.outputShape, layer.inputShape);
      return;
    case "scale":
      requireShape(layer, shape, layer.outputShape, layer.inputShape);
      requireTensor(layer, "scale", layer.scale, [channels], layer.scaleType);
      requireTensor(layer, "bias", layer.bias, [channels], layer.biasType);
      return;
    case "flatten":
      requireShape(layer, shape, layer.outputShape, [1, 1, height * width * channels]);
      return;
  }
}

/**
 * Check what the schema of an integer network can not: that each layer takes what the one before
 * gives, that output shapes follow from kernels, strides and pads, that tensors have their shapes,
 * and that weights and biases lie in their types.
 *
 * @throws CnntargzError `contract` naming the layer and both values.
 */
export function validateNetwork(network: IntegerNetwork): void {
  const fault = integerSizeFault(network.layers);
  if (fault !== null) throw new CnntargzError("contract", `network ${network.name}: ${fault}`);
  let previous: readonly number[] = network.inputShape;
  const names = new Set<string>();
  for (const layer of network.layers) {
    if (names.has(layer.name)) fail(layer, "another layer has the same name; rename one");
    names.add(layer.name);
    requireShape(layer, "inputShape", layer.inputShape, previous);
    validateLayer(layer);
    previous = layer.outputShape;
  }
}
