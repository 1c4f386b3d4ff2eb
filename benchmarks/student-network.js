// The network that benchmarks of the firmware are about.
import { fixedType } from "@cnntargz/fixed-point";

/** The Student's shape: random 4-bit weights, 4-bit activations, 20-bit sums. */
export function student() {
  let state = 1;
  const tensor = (shape) => ({
    dtype: "int32",
    shape,
    values: Int32Array.from({ length: shape.reduce((a, b) => a * b) }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return (Math.floor(state / 65536) % 16) - 8;
    }),
  });
  const activation = fixedType(false, 4, 0, "RND_CONV", "SAT");
  const accumulatorType = fixedType(true, 20, 10);
  const weightType = fixedType(true, 4, 1);
  const arithmetic = { weightType, biasType: weightType, accumulatorType };
  const layers = [];
  let inputShape = [9, 16, 1];
  for (const [index, filters] of [1, 1, 6, 6].entries()) {
    const outputShape = [inputShape[0] - 2, inputShape[1] - 2, filters];
    layers.push({
      ...{ kind: "conv2d", name: `conv${index + 1}`, inputShape, outputShape },
      ...{ resultType: activation, activation: "relu", ...arithmetic },
      ...{ kernelSize: [3, 3], strides: [1, 1], pads: { top: 0, bottom: 0, left: 0, right: 0 } },
      ...{ weights: tensor([3, 3, inputShape[2], filters]), bias: tensor([filters]) },
    });
    inputShape = outputShape;
  }
  const flat = [1, 1, inputShape[0] * inputShape[1] * inputShape[2]];
  layers.push({
    ...{ kind: "flatten", name: "flatten", inputShape, outputShape: flat, resultType: activation },
  });
  inputShape = flat;
  for (const [name, units] of Object.entries({ dense1: 10, dense2: 10, output: 2 })) {
    const last = name === "output";
    const outputShape = [1, 1, units];
    layers.push({
      ...{ kind: "dense", name, inputShape, outputShape, ...arithmetic },
      resultType: last ? accumulatorType : activation,
      activation: last ? "linear" : "relu",
      ...{ weights: tensor([inputShape[2], units]), bias: tensor([units]) },
    });
    inputShape = outputShape;
  }
  return {
    ...{ kind: "integer-network", schemaVersion: 1, name: "student", typeRule: "interval" },
    ...{ inputShape: [9, 16, 1], inputType: fixedType(false, 2, 1), layers },
    labelScaling: { ptScaleGeV: 20, eta: "window" },
    provenance: { stage: "bench", packages: {}, seed: 1, inputs: {}, config: null },
  };
}
