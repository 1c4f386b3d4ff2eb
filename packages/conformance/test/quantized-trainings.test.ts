import { type Conv2dSpec, NetworkSpec, parseContract, TrainConfig } from "@cnntargz/contracts";
import {
  fragmentedSource,
  generateDataset,
  inputType9x16,
  labelScaling9x16,
} from "@cnntargz/dataset";
import { loadBackend, trainModel } from "@cnntargz/models";
import { nBitScheme } from "@cnntargz/quant";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import { createRng, deriveKey } from "@cnntargz/stage-kit";
import { expect, it } from "vitest";

const events = generateDataset(
  { events: 400, seed: 3 },
  { rng: createRng(deriveKey(3, "events")) },
);

function network(conv: Partial<Conv2dSpec>, ...between: object[]): NetworkSpec {
  const convolution = { kind: "conv2d", filters: 4, kernelSize: [3, 3], padding: "same" };
  const layers = [
    { ...convolution, activation: "relu", ...conv },
    ...between,
    { ...convolution, activation: "relu", ...conv },
    { kind: "flatten" },
    { kind: "dense", units: 6, activation: "relu" },
    { kind: "dense", units: 2 },
  ].map((layer, i) => ({ name: `layer${i}`, ...layer }));
  return parseContract(NetworkSpec, { name: "small", inputShape: [9, 16, 1], layers }, "small");
}

const networks: [string, NetworkSpec][] = [
  ["3x5 convolutions with strides [1, 2]", network({ kernelSize: [3, 5], strides: [1, 2] })],
  ["strides [2, 1], valid", network({ kernelSize: [2, 3], strides: [2, 1], padding: "valid" })],
  ["maximum pool", network({}, { kind: "maxPool2d", poolSize: [2, 2] })],
  ["average pool", network({}, { kind: "averagePool2d", poolSize: [2, 2] })],
];

/** Losses and weights of a short training. */
async function train(
  backend: "cpu" | "wasm",
  spec: NetworkSpec,
  trainShards: number,
): Promise<{ losses: number[]; weights: Float32Array[] }> {
  await loadBackend({ name: backend, kernels: null });
  const quantScheme = nBitScheme(spec, 6, {});
  const { weights, metrics } = await trainModel(
    {
      ...{ spec, quantScheme, layerFactory: quantizedLayers(quantScheme) },
      layerFactoryRef: {
        module: import.meta.resolve("@cnntargz/quant/tfjs"),
        export: "quantizedLayers",
        args: [quantScheme],
      },
      workers: backend === "cpu" ? 1 : Math.min(2, trainShards),
      train: fragmentedSource(events, { start: 0, count: 320 }),
      validation: fragmentedSource(events, { start: 320, count: 80 }),
      config: parseContract(
        TrainConfig,
        { epochs: 1, batchSize: 10, learningRate: 6e-3, trainShards },
        "config",
      ),
      ...{ labelScaling: labelScaling9x16, inputType: inputType9x16 },
      provenance: { stage: "train-small", packages: {}, seed: 3, inputs: {}, config: null },
    },
    { rng: createRng([3, 5]) },
  );
  return {
    losses: metrics.epochs.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]),
    weights: Object.values(weights).map(({ values }) => values as Float32Array),
  };
}

it.each(networks)("a quantized training on wasm is that on cpu: %s", async (_, spec) => {
  const cpu = await train("cpu", spec, 1);
  // The gradient of three shards is that of the batch but for rounding.
  for (const trainShards of [1, 3]) {
    const wasm = await train("wasm", spec, trainShards);
    expect(wasm.losses.length).toBe(cpu.losses.length);
    cpu.losses.forEach((loss, i) => {
      expect(Math.abs(wasm.losses[i]! - loss)).toBeLessThan(1e-6 * loss);
    });
    cpu.weights.forEach((values, i) => {
      values.forEach((value, k) => {
        expect(Math.abs(wasm.weights[i]![k]! - value)).toBeLessThan(5e-6);
      });
    });
  }
});
