// Images per CPU second of the training loop (batches, forward, backward, Adam, validation left
// out as far as possible), one process, backend wasm with simd kernels; the ratio is to the same
// Student in floating point.
import {
  generateDataset,
  fragmentedSource,
  fullSource,
  inputType9x16,
  labelScaling9x16,
} from "@cnntargz/dataset";
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

const VALIDATION = 8;

/** CPU seconds of one epoch, divided by its images. */
async function rate(spec, source, layerFactory, quantScheme, batches, batchSize, runs) {
  const rng = createRng(deriveKey(1, "bench"));
  const train = source({ start: VALIDATION, count: batches * batchSize });
  const epoch = () =>
    trainModel(
      {
        spec,
        layerFactory,
        quantScheme,
        train,
        validation: source({ start: 0, count: VALIDATION }),
        config: {
          epochs: 1,
          batchSize,
          learningRate: 1e-3,
          finalLearningRateFraction: 1,
          etaWeight: 1,
          maxRestarts: 0,
        },
        labelScaling: labelScaling9x16,
        inputType: inputType9x16,
        provenance: { stage: "bench", packages: {}, seed: 1, inputs: {}, config: null },
      },
      { rng },
    ).catch((error) => {
      // One short epoch need not beat the constant predictor; the time is spent all the same.
      if (error.code !== "training") throw error;
    });
  return (batches * batchSize) / (await cpuSeconds(epoch, { warmups: 2, runs }));
}

/** Rates of the three networks the pipeline trains. */
export async function bench() {
  await loadBackend({ name: "wasm", kernels: "simd" });
  const rng = createRng(deriveKey(1, "dataset"));
  const dataset = generateDataset({ events: 50_000, seed: 1 }, { rng });
  const fragments = (range) => fragmentedSource(dataset, range);
  const images = (range) => fullSource(dataset, range);
  const scheme = nBitScheme(student9x16, 4, {});
  const student = await rate(student9x16, fragments, floatLayers, null, 40, 1024, 7);
  const student4bit = await rate(
    student9x16,
    fragments,
    quantizedLayers(scheme),
    scheme,
    40,
    1024,
    7,
  );
  return {
    student: { imagesPerCpuSecond: student },
    student4bit: { imagesPerCpuSecond: student4bit, stepCostOverFloat: student / student4bit },
    teacher9x16: {
      imagesPerCpuSecond: await rate(teacher9x16, fragments, floatLayers, null, 6, 1024, 5),
    },
    teacher9x384: {
      imagesPerCpuSecond: await rate(teacher9x384, images, floatLayers, null, 4, 64, 3),
    },
  };
}
