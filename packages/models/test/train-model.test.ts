import {
  CnntargzError,
  type EpochMetrics,
  parseContract,
  TrainedModel,
  encodeContract,
} from "@cnntargz/contracts";
import {
  type CheckpointStore,
  floatLayers,
  type LayerFactory,
  loadBackend,
  type Objective,
  predict,
  squaredErrors,
  student9x16,
  supervisedObjective,
  trainModel,
  type TrainRequest,
} from "@cnntargz/models";
import { createRng } from "@cnntargz/stage-kit";
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";

import { bitsOf, studentRequest } from "./requests.js";
import { arraySource } from "./track-source.js";

beforeAll(async () => {
  await loadBackend({ name: "wasm", kernels: "simd" });
});

const rng = createRng([11, 0]);

/** Floating-point layers, but the first `count` networks are dead: a bias switches their ReLUs off. */
function deadFirst(count: number): LayerFactory {
  let networks = 0;
  return (layer, options) => {
    if (options.inputShape !== undefined) networks++;
    if (layer.kind !== "dense" || layer.name !== "dense2" || networks > count) {
      return floatLayers(layer, options);
    }
    const biasInitializer = initializers.constant({ value: -1000 });
    return layers.dense({
      name: layer.name,
      units: layer.units,
      activation: "relu",
      biasInitializer,
    });
  };
}

/** Keeps the last checkpoint in memory. */
function memoryStore(): CheckpointStore & { bytes: Uint8Array | null; saves: number } {
  return {
    bytes: null,
    saves: 0,
    load() {
      return this.bytes;
    },
    save(bytes) {
      this.bytes = bytes;
      this.saves++;
    },
  };
}

describe("trainModel", () => {
  it("learns, and keeps the weights of the epoch with the lowest validation loss", async () => {
    const request = studentRequest();
    const seen: EpochMetrics[] = [];
    const model = await trainModel(
      {
        ...request,
        config: { ...request.config, epochs: 8 },
        onEpoch: (metrics) => seen.push(metrics),
      },
      { rng },
    );
    const { epochs, constantLoss, bestEpoch } = model.metrics;
    expect(seen).toEqual(epochs);
    expect(epochs.map(({ epoch }) => epoch).slice(-8)).toHaveLength(8);
    const best = epochs.find(({ epoch }) => epoch === bestEpoch)!;
    expect(best.validationLoss).toBe(Math.min(...epochs.map((e) => e.validationLoss)));
    expect(best.validationLoss).toBeLessThan(0.6 * constantLoss);
    // The kept weights give the loss that is claimed of them.
    const { validation } = request;
    const predictions = await predict(model, floatLayers, validation, {
      batchSize: 50,
      context: { rng },
    });
    const whole = validation.batch(Uint32Array.from({ length: validation.count }, (_, i) => i));
    const errors = squaredErrors(predictions, whole, 1);
    const loss = errors.reduce((sum, error) => sum + error, 0) / validation.count;
    expect(loss).toBeCloseTo(best.validationLoss, 8);
    // And the artifact survives its JSON form.
    const json = JSON.stringify(encodeContract(TrainedModel, model, "model"));
    expect(bitsOf(parseContract(TrainedModel, JSON.parse(json), "model"))).toBe(bitsOf(model));
  });

  it("gives the same bytes for the same seed, others for another", async () => {
    const [one, same, other] = await Promise.all(
      [rng, rng, createRng([12, 0])].map((each) => trainModel(studentRequest(), { rng: each })),
    );
    expect(bitsOf(same!)).toBe(bitsOf(one!));
    expect(same!.metrics).toEqual(one!.metrics);
    expect(bitsOf(other!)).not.toBe(bitsOf(one!));
  });

  it("trains on every example once per epoch, the last partial batch included", async () => {
    const request = studentRequest();
    const drawn: number[][] = [];
    const train = {
      ...request.train,
      batch(indices: ArrayLike<number>) {
        drawn.push(Array.from(indices));
        return request.train.batch(indices);
      },
    };
    await trainModel({ ...request, train, config: { ...request.config, epochs: 2 } }, { rng });
    const epochs = [drawn.slice(-64, -32), drawn.slice(-32)];
    for (const batches of epochs) {
      expect(batches.map((batch) => batch.length)).toEqual([...Array<number>(31).fill(32), 8]);
      expect(batches.flat().sort((a, b) => a - b)).toEqual(
        Array.from({ length: 1000 }, (_, i) => i),
      );
    }
    expect(epochs[0]!.flat()).not.toEqual(epochs[1]!.flat());
  });

  it("throws dead starts away and tries the next seed", async () => {
    const warnings: string[] = [];
    const logger = { info: () => undefined, warn: (text: string) => warnings.push(text) };
    const request = studentRequest({ layerFactory: deadFirst(2) });
    const model = await trainModel(request, { rng, logger });
    const { epochs, restarts, constantLoss, bestEpoch } = model.metrics;
    expect(restarts).toBe(2);
    expect(warnings).toHaveLength(2);
    expect(epochs.map(({ restart }) => restart)).toEqual([0, 1, 2, 2, 2]);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(epochs[0]!.validationLoss).toBeGreaterThanOrEqual(constantLoss);
    expect(bestEpoch).toBeGreaterThan(2);
  });

  it("gives up after maxRestarts dead starts and says what to change", async () => {
    const request = studentRequest({ layerFactory: deadFirst(99) });
    const config = { ...request.config, maxRestarts: 1 };
    const before = tf.memory().numTensors;
    await expect(trainModel({ ...request, config }, { rng })).rejects.toMatchObject({
      code: "training",
      message: expect.stringMatching(/2 starts in a row were dead.*batchSize, now 32/) as string,
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("goes on from given weights without a restart, and fails when they never learn", async () => {
    const request = studentRequest();
    const first = await trainModel(request, { rng });
    const more = await trainModel({ ...request, initialWeights: first.weights }, { rng });
    expect(more.metrics.epochs[0]!.trainLoss).toBeLessThan(first.metrics.epochs[0]!.trainLoss);
    expect(more.metrics.restarts).toBe(0);

    const dead = Object.fromEntries(
      Object.entries(first.weights).map(([name, weight]) => [
        name,
        name === "dense2/bias" ? { ...weight, values: new Float32Array(10).fill(-1000) } : weight,
      ]),
    );
    await expect(trainModel({ ...request, initialWeights: dead }, { rng })).rejects.toMatchObject({
      code: "training",
      message: expect.stringContaining("did not learn") as string,
    });
  });

  it("goes on after an abort as if nothing had happened", async () => {
    const request = studentRequest({ layerFactory: deadFirst(1) });
    const whole = await trainModel(request, { rng });

    const before = tf.memory().numTensors;
    const checkpoint = memoryStore();
    for (const fraction of [0.5, 0.9]) {
      const controller = new AbortController();
      const onProgress = (progress: { fraction: number }): void => {
        if (progress.fraction > fraction) controller.abort(new Error("killed"));
      };
      const layerFactory = deadFirst(checkpoint.bytes === null ? 1 : 0);
      const context = { rng, signal: controller.signal, onProgress };
      await expect(trainModel({ ...request, layerFactory, checkpoint }, context)).rejects.toThrow(
        "killed",
      );
      expect(tf.memory().numTensors).toBe(before);
    }
    expect(checkpoint.saves).toBe(2);
    const pieces = await trainModel({ ...request, layerFactory: floatLayers, checkpoint }, { rng });
    expect(checkpoint.saves).toBe(3);
    expect(bitsOf(pieces)).toBe(bitsOf(whole));
    expect(pieces.metrics).toEqual(whole.metrics);
    // Finished: the checkpoint alone gives the result again.
    const again = await trainModel({ ...request, layerFactory: floatLayers, checkpoint }, { rng });
    expect(bitsOf(again)).toBe(bitsOf(whole));
    expect(checkpoint.saves).toBe(3);
  });

  it("restores an objective's variables after an abort, and resets them for a restart", async () => {
    const centre = tf.variable(tf.tensor1d([0.5, 0.5]));
    const objective: Objective = {
      label: "with a centre",
      extraVariables: [centre],
      taps: [],
      loss: (input) => {
        const spread = tf.mean(tf.square(tf.sub(input.predictions, centre)));
        return tf.add(supervisedObjective.loss(input), tf.mul(spread, 0.01));
      },
    };
    const run = async (count: number, more: object, signal?: AbortSignal): Promise<string> => {
      tf.tidy(() => {
        centre.assign(tf.tensor1d([0.5, 0.5]));
      });
      const request = studentRequest({ objective, layerFactory: deadFirst(count) });
      const config = { ...request.config, epochs: 2 };
      const context = { rng, signal };
      await trainModel({ ...request, ...more, config }, context).catch(() => undefined);
      return [...centre.dataSync()].join();
    };
    const whole = await run(1, {});
    const checkpoint = memoryStore();
    const controller = new AbortController();
    const onEpoch = ({ epoch }: EpochMetrics): void => {
      if (epoch === 2)
        setImmediate(() => {
          controller.abort();
        });
    };
    const cut = await run(1, { checkpoint, onEpoch }, controller.signal);
    expect(checkpoint.saves).toBe(1);
    expect(cut).not.toBe(whole);
    expect(await run(0, { checkpoint })).toBe(whole);
    // A restart that kept the dead start's variables would end elsewhere.
    expect(whole).not.toBe("0.5,0.5");
    centre.dispose();
  });

  it("lets the event loop turn, so that an abort from outside works", async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(new Error("from a timer"));
    }, 1);
    const request = studentRequest();
    const config = { ...request.config, epochs: 1_000_000 };
    await expect(
      trainModel({ ...request, config }, { rng, signal: controller.signal }),
    ).rejects.toThrow("from a timer");
  });

  it("learns the same on the plain backend, but for rounding", async () => {
    const layers = student9x16.layers.filter(({ name }) =>
      ["conv1a", "flatten", "output"].includes(name),
    );
    const spec = { ...student9x16, name: "tiny", layers };
    const config = { ...studentRequest().config, epochs: 2, learningRate: 2e-2 };
    const onWasm = await trainModel(studentRequest({ spec, config }), { rng });
    await loadBackend({ name: "cpu", kernels: null });
    const onCpu = await trainModel(studentRequest({ spec, config }), { rng });
    await loadBackend({ name: "wasm", kernels: "simd" });
    expect(onCpu.metrics.epochs).toHaveLength(onWasm.metrics.epochs.length);
    for (const [i, { trainLoss, validationLoss }] of onCpu.metrics.epochs.entries()) {
      expect(trainLoss).toBeCloseTo(onWasm.metrics.epochs[i]!.trainLoss, 5);
      expect(validationLoss).toBeCloseTo(onWasm.metrics.epochs[i]!.validationLoss, 5);
    }
  });

  it("holds the same number of tensors after every epoch of 1,000 steps", async () => {
    const request = studentRequest();
    const counts: number[] = [];
    await trainModel(
      {
        ...request,
        config: { ...request.config, batchSize: 3, epochs: 4 },
        onEpoch: () => counts.push(tf.memory().numTensors),
      },
      { rng },
    );
    const steps = 334 * counts.length;
    expect(steps).toBeGreaterThan(1000);
    expect(new Set(counts).size).toBe(1);
  });

  it("leaves no tensor behind", async () => {
    await trainModel(studentRequest(), { rng });
    const { numTensors, numDataBuffers } = tf.memory();
    await trainModel(studentRequest({ checkpoint: memoryStore() }), { rng });
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
    expect(Object.keys(tf.engine().registeredVariables)).toEqual([]);
  });

  it("refuses the checkpoint of another training, and one that is cut off", async () => {
    const checkpoint = memoryStore();
    const request = studentRequest({ checkpoint });
    await trainModel(request, { rng });
    const config = { ...request.config, batchSize: 50 };
    const other = trainModel({ ...request, config }, { rng });
    await expect(other).rejects.toMatchObject({ code: "artifact" });
    await expect(other).rejects.toThrow(/belongs to another training/);
    await expect(trainModel(request, { rng: createRng([99, 0]) })).rejects.toThrow(
      /another training/,
    );
    checkpoint.bytes = checkpoint.bytes!.slice(0, 1000);
    await expect(trainModel(request, { rng })).rejects.toThrow(/cut off/);
  });

  it("refuses a checkpoint in which any bit is flipped, and says which file it is", async () => {
    const checkpoint = { ...memoryStore(), path: "folder/checkpoint.bin" };
    const request = studentRequest({ checkpoint });
    await trainModel(request, { rng });
    const right = checkpoint.bytes!;
    const draw = new Uint32Array(4);
    for (let flip = 0; flip < 50; flip++) {
      rng.block(flip, 7, draw);
      checkpoint.bytes = Uint8Array.from(right);
      checkpoint.bytes[draw[0]! % right.length]! ^= 1 << (draw[1]! % 8);
      await expect(trainModel(request, { rng })).rejects.toThrow(
        /folder\/checkpoint\.bin is damaged, cut off or foreign: its SHA-256 is/,
      );
    }
  });

  it("stops at a loss that is not a number", async () => {
    const { train } = studentRequest();
    const whole = train.batch(Uint32Array.from({ length: 64 }, (_, i) => i));
    const targets = whole.targets.slice();
    targets[10] = Number.NaN;
    const broken = arraySource(whole.images.slice(), targets, whole.hasEta.slice(), [9, 16, 1]);
    const training = trainModel(studentRequest({ train: broken }), { rng });
    await expect(training).rejects.toBeInstanceOf(CnntargzError);
    await expect(training).rejects.toThrow(
      /student9x16 left the finite numbers in epoch 1, batch \d of 2: the loss is NaN, and first of all a target of training example 5 is not finite/,
    );
    await expect(trainModel(studentRequest({ validation: broken }), { rng })).rejects.toThrow(
      /validation loss of student9x16 became NaN in epoch 1/,
    );
  });

  it("names the layer where numbers end, and keeps the last good checkpoint", async () => {
    const { train } = studentRequest();
    const whole = train.batch(Uint32Array.from({ length: 1000 }, (_, i) => i));
    const images = whole.images.slice();
    const source = arraySource(images, whole.targets.slice(), whole.hasEta.slice(), [9, 16, 1]);
    const checkpoint = memoryStore();
    const request = studentRequest({ train: source, checkpoint });
    const config = { ...request.config, epochs: 4 };
    let kept: Uint8Array | null = null;
    const training = trainModel(
      {
        ...request,
        config,
        onEpoch: () => {
          kept = checkpoint.bytes;
          // 3.4e38 fits into float32, its sums over a 3x3 window do not: from the next epoch on.
          if (checkpoint.saves === 2) images.fill(3.4e38, 10 * 144, 11 * 144);
        },
      },
      { rng },
    );
    await expect(training).rejects.toThrow(
      /epoch 4, batch \d+ of 32: the loss is .* first of all the (output|gradient) of layer \w+.* is not finite.*checkpoint of the last finished epoch is kept/,
    );
    expect(checkpoint.saves).toBe(3);
    expect(kept).not.toBeNull();
    expect(checkpoint.bytes).not.toBe(kept);

    const { weights } = await trainModel(studentRequest(), { rng });
    const kernel = weights["conv2a/kernel"]!;
    const huge = { ...kernel, values: kernel.values.map(() => 3e38) };
    const initialWeights = { ...weights, "conv2a/kernel": huge };
    await expect(trainModel(studentRequest({ initialWeights }), { rng })).rejects.toThrow(
      /epoch 1, batch 1 of 32: .* first of all the output of layer conv2a is not finite/,
    );
  });

  it("stops after some epochs without progress, also when resumed", async () => {
    const request = studentRequest();
    const config = { ...request.config, epochs: 50, patience: 2, learningRate: 2e-2 };
    const checkpoint = memoryStore();
    const model = await trainModel({ ...request, config, checkpoint }, { rng });
    const { epochs, bestEpoch } = model.metrics;
    expect(epochs.length).toBeLessThan(50);
    expect(epochs.at(-1)!.epoch - bestEpoch!).toBe(2);
    const again = await trainModel({ ...request, config, checkpoint }, { rng });
    expect(again.metrics).toEqual(model.metrics);
    expect(bitsOf(again)).toBe(bitsOf(model));
  });

  it("refuses initial weights of another network, and leaves no tensor behind", async () => {
    const { numTensors } = tf.memory();
    const training = trainModel(studentRequest({ initialWeights: {} }), { rng });
    await expect(training).rejects.toThrow(/student9x16 needs the weight conv1a\/kernel/);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each(["train", "validation"] as const)(
    "refuses a %s set of background alone, or of equal muons, before any training",
    async (role) => {
      const request = studentRequest({
        onEpoch: () => {
          throw new Error("an epoch was trained");
        },
      });
      const set = { train: "training", validation: "validation" }[role];
      const source = (count: number, pt: number, hasEta: 0 | 1) =>
        arraySource(
          new Float32Array(count * 144).map((_, i) => i % 3),
          Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? pt : hasEta * 0.25)),
          new Uint8Array(count).fill(hasEta),
          [9, 16, 1],
        );
      const train = (change: Partial<TrainRequest>): Promise<unknown> =>
        trainModel({ ...request, ...change }, { rng });
      await expect(train({ [role]: source(1234, 0, 0) })).rejects.toThrow(
        new RegExp(`^the ${set} set holds no muon \\(backgroundFraction 1\\).*1,234`),
      );
      await expect(train({ [role]: source(70, 0.5, 1) })).rejects.toThrow(
        new RegExp(`^the ${set} set of student9x16 holds one target only.*pT 0.5, eta 0.25`),
      );
      // Initial weights and a resumed training are no way around it.
      await expect(train({ [role]: source(40, 0, 0), initialWeights: {} })).rejects.toThrow(
        /holds no muon/,
      );
    },
  );

  it("trains on muons alone", async () => {
    const { train } = studentRequest();
    const isMuon = Array.from({ length: train.count }, (_, i) => train.batch([i]).hasEta[0] === 1);
    const muons = Uint32Array.from(isMuon.flatMap((yes, i) => (yes ? [i] : [])));
    const only = (from: number, to: number): TrainRequest["train"] => ({
      ...train,
      count: to - from,
      batch: (indices) => train.batch(Array.from(indices, (index) => muons[from + index]!)),
    });
    const model = await trainModel(
      studentRequest({ train: only(0, 600), validation: only(600, 700) }),
      { rng },
    );
    expect(model.metrics.epochs.at(-1)!.validationLoss).toBeLessThan(model.metrics.constantLoss);
  });

  it("refuses sources that do not fit", async () => {
    const request = studentRequest();
    const wide = { ...request.train, imageShape: [9, 384, 1] as const };
    const empty = { ...request.validation, count: 0 };
    await expect(trainModel({ ...request, train: wide }, { rng })).rejects.toThrow(
      /takes images \(9, 16, 1\), its train set holds \(9, 384, 1\)/,
    );
    await expect(trainModel({ ...request, validation: empty }, { rng })).rejects.toThrow(
      /validation set of student9x16 holds no examples/,
    );
  });
});
