import { readFileSync } from "node:fs";

import type { FixedPointType, IntegerLayer, IntegerNetwork } from "@cnntargz/contracts";
import { castReal, fractionBits, parseType } from "@cnntargz/fixed-point";

interface Golden {
  types: Record<string, Record<string, string>>;
  weights: Record<string, { shape: number[]; quantized: number[] }>;
  input: number[][];
  trace: Record<string, number[][]>;
}

/** The C simulation's own numbers. */
export const golden = JSON.parse(
  readFileSync(
    new URL("./fixtures/hls4ml_student_4b_io_stream_Vitis_Latency_rf1.json", import.meta.url),
    "utf8",
  ),
) as Golden;

const ACTIVATIONS: Record<string, string> = {
  conv1: "act1",
  conv2: "act2",
  conv3: "act3",
  conv4: "act4",
  dense1: "act5",
  dense2: "act6",
};

/** A type of a layer, as the fixture writes it. */
export function typeOf(layer: string, role: string): FixedPointType {
  return parseType(golden.types[layer]![role]!);
}

/** The name under which the fixture has the layer's activated output. */
export function resultName(layer: string): string {
  return ACTIVATIONS[layer] ?? layer;
}

/** Numbers of the fixture as integers of a type (out's weights are not on its grid and are floored, as a C++ assignment does). */
function integersOf(values: readonly number[], type: FixedPointType): Int32Array<ArrayBuffer> {
  return Int32Array.from(values, (value) => Number(castReal(value, type)));
}

const arithmetic = (name: string) => {
  const kernel = golden.weights[`${name}.weight`]!;
  const bias = golden.weights[`${name}.bias`]!;
  const weightType = typeOf(name, "weight_t");
  const biasType = typeOf(name, "bias_t");
  return {
    name,
    weightType,
    biasType,
    accumulatorType: typeOf(name, "accum_t"),
    resultType: typeOf(resultName(name), "result_t"),
    activation: name in ACTIVATIONS ? ("relu" as const) : ("linear" as const),
    weights: {
      dtype: "int32" as const,
      shape: kernel.shape,
      values: integersOf(kernel.quantized, weightType),
    },
    bias: {
      dtype: "int32" as const,
      shape: bias.shape,
      values: integersOf(bias.quantized, biasType),
    },
  };
};

type Shape = readonly [number, number, number];
const conv = (name: string, inputShape: Shape, outputShape: Shape): IntegerLayer => ({
  kind: "conv2d",
  inputShape,
  outputShape,
  kernelSize: [3, 3],
  strides: [1, 1],
  pads: { top: 0, bottom: 0, left: 0, right: 0 },
  ...arithmetic(name),
});
const dense = (name: string, inputs: number, units: number): IntegerLayer => ({
  kind: "dense",
  inputShape: [1, 1, inputs],
  outputShape: [1, 1, units],
  ...arithmetic(name),
});

/** The 9x16x1 student of the fixture. */
export const goldenStudent: IntegerNetwork = {
  kind: "integer-network",
  schemaVersion: 1,
  name: "golden_student",
  typeRule: "hls4ml",
  inputShape: [9, 16, 1],
  inputType: typeOf("input_1", "result_t"),
  layers: [
    conv("conv1", [9, 16, 1], [7, 14, 1]),
    conv("conv2", [7, 14, 1], [5, 12, 1]),
    conv("conv3", [5, 12, 1], [3, 10, 6]),
    conv("conv4", [3, 10, 6], [1, 8, 6]),
    {
      kind: "flatten",
      name: "flatten",
      inputShape: [1, 8, 6],
      outputShape: [1, 1, 48],
      resultType: typeOf("flatten", "result_t"),
    },
    dense("dense1", 48, 10),
    dense("dense2", 10, 10),
    dense("out", 10, 2),
  ],
  labelScaling: { ptScaleGeV: 20, eta: "window" },
  provenance: { stage: "fixture", packages: {}, seed: 0, inputs: {}, config: {} },
};

/** The fixture's images in units of the input type's last bit. */
export const goldenImages: readonly Int32Array[] = golden.input.map((image) =>
  Int32Array.from(image, (value) => value * 2 ** fractionBits(goldenStudent.inputType)),
);
