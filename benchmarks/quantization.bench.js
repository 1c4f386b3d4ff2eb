// CPU seconds of a training step (forward, backward, Adam) in floating point and quantized at 4
// bits, in turns within one process, backend wasm with simd kernels; and of quantizing 10,000 weights.

import { TrainConfig } from "@cnntargz/contracts";
import { inputType9x16, labelScaling9x16 } from "@cnntargz/dataset";
import { floatLayers, loadBackend, student9x16, teacher9x16, trainModel } from "@cnntargz/models";
import { nBitScheme, parseQuantizer, quantize } from "@cnntargz/quant";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

import { cpuSeconds, median } from "./measure.js";

const STEPS = 20;
const IMAGE = 9 * 16;

/** Random images with few pixels set, and targets; the cost of a step does not depend on them. */
function syntheticSource(count) {
  const words = new Uint32Array(4);
  const rng = createRng(deriveKey(1, "bench"));
  const images = new Float32Array(count * IMAGE);
  for (let i = 0; i < images.length; i++) {
    rng.block(i, 0, words);
    images[i] = words[0] % 10 === 0 ? 0.5 + 0.5 * (words[1] & 1) : 0;
  }
  const targets = Float32Array.from({ length: 2 * count }, (_, i) => (i % 7) / 7);
  const hasEta = new Uint8Array(count).fill(1);
  return {
    count,
    imageShape: [9, 16, 1],
    batch: ({ length }) => ({
      images: images.subarray(0, length * IMAGE),
      targets: targets.subarray(0, 2 * length),
      hasEta: hasEta.subarray(0, length),
      count: length,
    }),
  };
}

function epoch(spec, scheme, batchSize) {
  const source = syntheticSource(STEPS * batchSize);
  return () =>
    trainModel(
      {
        spec,
        layerFactory: scheme === null ? floatLayers : quantizedLayers(scheme),
        quantScheme: scheme,
        train: source,
        validation: syntheticSource(8),
        config: TrainConfig.parse({ epochs: 1, batchSize, maxRestarts: 0 }),
        labelScaling: labelScaling9x16,
        inputType: inputType9x16,
        provenance: { stage: "bench", packages: {}, seed: 1, inputs: {}, config: null },
      },
      { rng: createRng(deriveKey(1, "bench")) },
    ).catch((error) => {
      // Random targets can not be learned; the time is spent all the same.
      if (error.code !== "training") throw error;
    });
}

/** Step times and their ratio: the median over rounds of quantized / float, one after the other. */
async function stepCost(spec, batchSize, rounds) {
  const float = epoch(spec, null, batchSize);
  const quantized = epoch(spec, nBitScheme(spec, 4), batchSize);
  const once = { warmups: 0, runs: 1 };
  await cpuSeconds(float, { warmups: 2, runs: 1 });
  await cpuSeconds(quantized, { warmups: 2, runs: 1 });
  const floats = [];
  const quantizeds = [];
  for (let round = 0; round < rounds; round++) {
    floats.push(await cpuSeconds(float, once));
    quantizeds.push(await cpuSeconds(quantized, once));
  }
  return {
    batchSize,
    floatStepMs: (1000 * median(floats)) / STEPS,
    quantizedStepMs: (1000 * median(quantizeds)) / STEPS,
    ratio: median(quantizeds.map((seconds, round) => seconds / floats[round])),
  };
}

/** Step costs of Student and Teacher, and the quantizer that takes most. */
export async function bench() {
  await loadBackend({ name: "wasm", kernels: "simd" });
  const weights = Float32Array.from({ length: 10_000 }, (_, i) => Math.sin(i * i) / 3);
  const auto = parseQuantizer("quantized_bits(4,0,1,alpha='auto_po2')");
  return {
    autoPo2MsPer10kWeights:
      1000 * (await cpuSeconds(() => quantize(auto, weights, [1000, 10]), { runs: 50 })),
    student: await stepCost(student9x16, 1024, 25),
    studentSmallBatch: await stepCost(student9x16, 256, 25),
    teacher: await stepCost(teacher9x16, 128, 7),
  };
}
