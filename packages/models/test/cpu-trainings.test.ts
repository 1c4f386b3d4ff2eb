import { type NetworkSpec, parseContract, NetworkSpec as Spec } from "@cnntargz/contracts";
import { floatLayers, type LayerFactory, loadBackend, trainModel } from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import { expect, it } from "vitest";

import { studentRequest } from "./requests.js";
import { stridedSpec } from "./strided-spec.js";
import { trackSource } from "./track-source.js";

const module = new URL("other-layers.js", import.meta.url).href;
const { otherLayers } = (await import(module)) as {
  otherLayers: (kinds: Record<string, string>) => LayerFactory;
};

/** Layers between the image and a head of 6 and 2 neurons. */
function network(...layers: object[]): NetworkSpec {
  const head = [
    { kind: "flatten", name: "flatten" },
    { kind: "dense", name: "hidden", units: 6, activation: "relu" },
    { kind: "dense", name: "output", units: 2 },
  ];
  const named = [...layers, ...head].map((layer, i) => ({ name: `layer${i}`, ...layer }));
  return parseContract(Spec, { name: "small", inputShape: [9, 16, 1], layers: named }, "small");
}

const conv = (change: object = {}): object => ({
  ...{ kind: "conv2d", filters: 3, kernelSize: [3, 3], padding: "same", activation: "relu" },
  ...change,
});
const wide = conv({ kernelSize: [3, 5], strides: [1, 2] });
/** Two convolutions of one of the computations of other-layers.js, the first of them strided. */
const other = (kind: string): [string, NetworkSpec, Record<string, string>] => [
  kind,
  network(conv({ strides: [2, 2] }), conv({ filters: 4 })),
  { layer0: kind, layer1: kind },
];

const networks: [string, NetworkSpec, Record<string, string>?][] = [
  ["two 3x5 convolutions with strides [1, 2]", network(wide, wide)],
  [
    "strides longer than the filter",
    network(conv({ kernelSize: [1, 2], strides: [2, 3], filters: 8 })),
  ],
  ["strides, pools that overlap and linear layers", stridedSpec],
  ["maximum pools", network(conv(), { kind: "maxPool2d", poolSize: [2, 2] }, conv())],
  ["average pools", network(conv(), { kind: "averagePool2d", poolSize: [3, 2] }, conv())],
  ["dilated", network(conv(), conv({ strides: [2, 2] })), { layer0: "dilated" }],
  ...["depthwise", "relu6", "elu", "leakyRelu"].map(other),
];

/** Losses and weights of a short training, on wasm by as many threads as there are shards up to 2. */
async function train(
  backend: "cpu" | "wasm",
  [spec, kinds, trainShards]: [NetworkSpec, Record<string, string> | undefined, number],
): Promise<{ losses: number[]; weights: Float32Array[] }> {
  await loadBackend({ name: backend, kernels: null });
  const layers =
    kinds === undefined
      ? { layerFactory: floatLayers }
      : {
          layerFactory: otherLayers(kinds),
          layerFactoryRef: { module, export: "otherLayers", args: [kinds] },
        };
  const workers = backend === "cpu" ? 1 : Math.min(2, trainShards);
  const rng = createRng([11, 0]);
  const request = studentRequest({
    ...{ spec, workers, ...layers },
    train: trackSource(rng.derive("train"), 240),
    validation: trackSource(rng.derive("validation"), 60),
  });
  const config = { ...request.config, epochs: 1, batchSize: 8, learningRate: 0.01, trainShards };
  const { weights, metrics } = await trainModel({ ...request, config }, { rng });
  return {
    losses: metrics.epochs.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]),
    weights: Object.values(weights).map(({ values }) => values as Float32Array),
  };
}

it.each(networks)("a training on wasm is that on cpu: %s", async (_, spec, kinds) => {
  const cpu = await train("cpu", [spec, kinds, 1]);
  // The gradient of three shards is that of the batch but for rounding.
  for (const trainShards of [1, 3]) {
    const wasm = await train("wasm", [spec, kinds, trainShards]);
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
