// Images per CPU second of trainings with one kernel variant, and the rates of its kernels; as a
// process of its own, `node training-rates.js VARIANT`, it prints them as JSON, since a process can
// have one variant only. Exit code 3: this machine does not run the variant.
import { pathToFileURL } from "node:url";

import { fragmentedSource, fullSource, generateDataset } from "@cnntargz/dataset";
import { inputType9x16, labelScaling9x16 } from "@cnntargz/dataset";
import {
  floatLayers,
  loadBackend,
  student9x16,
  teacher9x16,
  teacher9x384,
  trainModel,
} from "@cnntargz/models";
import { nBitScheme } from "@cnntargz/quant";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

import { cpuSeconds } from "./measure.js";
import { hasRelaxedSimd, peakGflops } from "./peak.js";
import { kernelRates } from "./training-kernels.js";

const VALIDATION = 8;

/** Images per CPU second of one epoch; a step is forward, backward and the fused Adam. */
async function rate(spec, layerFactory, quantScheme, train, validation, batchSize, runs) {
  const rng = createRng(deriveKey(1, "bench"));
  const config = {
    epochs: 1,
    batchSize,
    learningRate: 1e-3,
    finalLearningRateFraction: 1,
    learningRateSchedule: "cosine",
    etaWeight: 1,
    maxRestarts: 0,
    patience: null,
    trainShards: 1,
  };
  const epoch = () =>
    trainModel(
      {
        ...{ spec, layerFactory, quantScheme, train, validation, config },
        ...{ labelScaling: labelScaling9x16, inputType: inputType9x16 },
        provenance: { stage: "bench", packages: {}, seed: 1, inputs: {}, config: null },
      },
      { rng },
    ).catch((error) => {
      // One short epoch need not beat the constant predictor; the time is spent all the same.
      if (error.code !== "training") throw error;
    });
  return train.count / (await cpuSeconds(epoch, { warmups: 2, runs }));
}

/** A source whose every batch is the same one, so that assembling batches costs nothing. */
function fixedSource(source, batchSize, batches) {
  const batch = source.batch(Uint32Array.from({ length: batchSize }, (_, index) => index));
  return { ...source, count: batches * batchSize, batch: () => batch };
}

/** All figures of one kernel variant. */
export async function trainingRates(variant) {
  const backend = { name: "wasm", kernels: variant };
  await loadBackend(backend);
  const peak = peakGflops(variant === "relaxed" && hasRelaxedSimd());
  const rng = createRng(deriveKey(1, "dataset"));
  const dataset = generateDataset({ events: 50_000, seed: 1 }, { rng });
  const scheme = nBitScheme(student9x16, 4, {});
  const networks = {
    student: [student9x16, floatLayers, null, fragmentedSource, 40, 1024, 7],
    student4bit: [student9x16, quantizedLayers(scheme), scheme, fragmentedSource, 40, 1024, 7],
    teacher9x16: [teacher9x16, floatLayers, null, fragmentedSource, 6, 1024, 5],
    teacher9x384: [teacher9x384, floatLayers, null, fullSource, 4, 64, 5],
  };
  const rates = {};
  for (const [name, network] of Object.entries(networks)) {
    const [spec, layers, quantScheme, sourceOf, batches, batchSize, runs] = network;
    const source = sourceOf(dataset, { start: VALIDATION, count: batches * batchSize });
    const validation = sourceOf(dataset, { start: 0, count: VALIDATION });
    const measure = (train) => rate(spec, layers, quantScheme, train, validation, batchSize, runs);
    rates[name] = {
      batchSize,
      imagesPerCpuSecond: await measure(fixedSource(source, batchSize, batches)),
      withBatchesImagesPerCpuSecond: await measure(source),
    };
  }
  rates.student4bit.stepCostOverFloat =
    rates.student.imagesPerCpuSecond / rates.student4bit.imagesPerCpuSecond;
  return { ...rates, peakGflops: peak, kernels: await kernelRates(backend, peak) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const variant = process.argv[2];
  const isUsable = await loadBackend({ name: "wasm", kernels: variant }).then(
    () => true,
    (error) => {
      if (error.code !== "tool") throw error;
      return false;
    },
  );
  if (isUsable) console.log(JSON.stringify(await trainingRates(variant)));
  else process.exitCode = 3;
}
