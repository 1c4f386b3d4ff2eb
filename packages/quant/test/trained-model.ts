import {
  type LabelScaling,
  type NamedWeights,
  NetworkSpec,
  type NetworkSpecInput,
  parseContract,
  type QuantScheme,
  type TrainedModel,
} from "@cnntargz/contracts";
import { parseType } from "@cnntargz/fixed-point";

const labelScaling: LabelScaling = { ptScaleGeV: 20, eta: "window" };

/** A trained model around given weights. */
export function trainedModel(
  spec: NetworkSpec,
  weights: NamedWeights,
  quantScheme: QuantScheme | null,
  inputType = "ap_ufixed<2,1>",
): TrainedModel {
  return {
    kind: "trained-model",
    schemaVersion: 1,
    spec,
    quantScheme,
    inputType: parseType(inputType),
    labelScaling,
    weights,
    metrics: { epochs: [], constantLoss: 0, restarts: 0 },
    provenance: { stage: "test", packages: {}, seed: 1, inputs: {}, config: null },
  };
}

export const networkSpec = (input: NetworkSpecInput): NetworkSpec =>
  parseContract(NetworkSpec, input, input.name);

/** Weight shapes of a spec by name, for valid and same padding and stride 1 or more. */
export function weightShapes(spec: NetworkSpec): Record<string, number[]> {
  const shapes: Record<string, number[]> = {};
  let [height, width, channels] = spec.inputShape as unknown as [number, number, number];
  for (const layer of spec.layers) {
    switch (layer.kind) {
      case "conv2d": {
        const [kh, kw] = layer.kernelSize;
        shapes[`${layer.name}/kernel`] = [kh, kw, channels, layer.filters];
        shapes[`${layer.name}/bias`] = [layer.filters];
        const same = layer.padding === "same";
        height = Math.ceil((same ? height : height - kh + 1) / layer.strides[0]);
        width = Math.ceil((same ? width : width - kw + 1) / layer.strides[1]);
        channels = layer.filters;
        break;
      }
      case "dense":
        shapes[`${layer.name}/kernel`] = [channels, layer.units];
        shapes[`${layer.name}/bias`] = [layer.units];
        channels = layer.units;
        break;
      case "flatten":
        channels *= height * width;
        height = width = 1;
        break;
      case "maxPool2d":
      case "averagePool2d": {
        const [sh, sw] = layer.strides ?? layer.poolSize;
        height = Math.floor((height - layer.poolSize[0]) / sh) + 1;
        width = Math.floor((width - layer.poolSize[1]) / sw) + 1;
      }
    }
  }
  return shapes;
}

/** A small repeatable generator (mulberry32) of numbers in [0, 1). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Weights drawn evenly from [-size, size). */
export function randomWeights(spec: NetworkSpec, seed: number, size = 0.8): NamedWeights {
  const draw = uniform(seed);
  const weights: NamedWeights = {};
  for (const [name, shape] of Object.entries(weightShapes(spec))) {
    const count = shape.reduce((a, b) => a * b);
    const values = Float32Array.from({ length: count }, () => (2 * draw() - 1) * size);
    weights[name] = { dtype: "float32", shape, values };
  }
  return weights;
}

/** The slides' Student on 9x16 fragments. */
export const student: NetworkSpec = networkSpec({
  name: "student",
  inputShape: [9, 16, 1],
  layers: [
    { kind: "conv2d", name: "conv1", filters: 1, kernelSize: [3, 3], activation: "relu" },
    { kind: "conv2d", name: "conv2", filters: 1, kernelSize: [3, 3], activation: "relu" },
    { kind: "conv2d", name: "conv3", filters: 6, kernelSize: [3, 3], activation: "relu" },
    { kind: "conv2d", name: "conv4", filters: 6, kernelSize: [3, 3], activation: "relu" },
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "dense1", units: 10, activation: "relu" },
    { kind: "dense", name: "dense2", units: 10, activation: "relu" },
    { kind: "dense", name: "out", units: 2 },
  ],
});
