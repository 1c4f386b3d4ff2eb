// node benchmarks/studies/float-training.js [--seeds N] [--epochs-teacher N] [--epochs-student N]:
// how well and how surely the floating-point networks train. One Teacher 9x16 and the Student 9x16
// from 20 seeds, on 200,000 toy events of `flat` (150,000 train, 10,000 validation, 40,000 test),
// with the recipe of the demo preset. Writes docs/studies/float-training.json.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import {
  fragmentedSource,
  generateDataset,
  inputType9x16,
  labelScaling9x16,
  splitRanges,
} from "@cnntargz/dataset";
import {
  floatLayers,
  loadBackend,
  predict,
  student9x16,
  teacher9x16,
  trainModel,
} from "@cnntargz/models";
import { presetConfig } from "@cnntargz/orchestrator";
import { createRng, deriveKey } from "@cnntargz/stage-kit";
import { evaluateTrigger } from "@cnntargz/trigger-eval";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    "epochs-teacher": { type: "string", default: "8" },
    "epochs-student": { type: "string", default: "20" },
    out: { type: "string" },
  },
});
const SPLIT = { train: 150_000, validation: 10_000, test: 40_000 };
const THRESHOLD_GEV = 10;
const LIMITS = { teacherPlateau: 0.99, teacherRmsGeV: 1.7, studentRmsGeV: 2 };

const { backend, reason } = await loadBackend({ name: "wasm", kernels: "simd" });
const dataset = generateDataset(
  { preset: "flat", events: 200_000, seed: 1 },
  { rng: createRng(deriveKey(1, "dataset")) },
);
const ranges = splitRanges(SPLIT);
const train = fragmentedSource(dataset, ranges.train);
const validation = fragmentedSource(dataset, ranges.validation);
const test = fragmentedSource(dataset, ranges.test);

/** Plateau (true pT 15 .. 20 GeV), fake rate and resolution (true pT 9 .. 11 GeV) on the test set. */
function performanceOf(outputs) {
  const { start, count } = ranges.test;
  const perEvent = (value) => Float64Array.from({ length: count }, (_, row) => value(row));
  const { plateau, fakeRate, resolution } = evaluateTrigger(
    {
      predictedPtGeV: perEvent((row) => outputs[2 * row] * labelScaling9x16.ptScaleGeV),
      truePtGeV: perEvent((row) => dataset.labels[2 * (start + row)]),
      isMuon: dataset.isMuon.subarray(start, start + count),
    },
    { thresholdGeV: THRESHOLD_GEV },
  );
  return { plateau: plateau.value, fakeRate: fakeRate.value, resolution };
}

/** Train one network and measure it. */
async function measure(spec, config, seed) {
  const stage = `study ${spec.name}`;
  const context = { rng: createRng(deriveKey(seed, stage)) };
  const before = process.cpuUsage();
  const model = await trainModel(
    {
      ...{ spec, train, validation, config, layerFactory: floatLayers, quantScheme: null },
      ...{ labelScaling: labelScaling9x16, inputType: inputType9x16 },
      provenance: { stage, packages: {}, seed, inputs: {}, config: null },
    },
    context,
  );
  const { user, system } = process.cpuUsage(before);
  const outputs = await predict(model, floatLayers, test, { batchSize: 1000, context });
  const { plateau, fakeRate, resolution } = performanceOf(outputs);
  const { epochs, bestEpoch, restarts } = model.metrics;
  const row = {
    network: spec.name,
    seed,
    restarts,
    bestEpoch,
    validationLoss: epochs.find(({ epoch }) => epoch === bestEpoch).validationLoss,
    plateau,
    fakeRate,
    ptRmsGeV: resolution.stdGeV,
    cpuSeconds: (user + system) / 1e6,
  };
  process.stderr.write(`${JSON.stringify(row)}\n`);
  return row;
}

const preset = presetConfig("demo");
const teacherConfig = { ...preset.teacher.train, epochs: Number(options["epochs-teacher"]) };
const studentConfig = { ...preset.student.train, epochs: Number(options["epochs-student"]) };
const teacher = await measure(teacher9x16, teacherConfig, 1);
const students = [];
for (let seed = 1; seed <= Number(options.seeds); seed++) {
  students.push(await measure(student9x16, studentConfig, seed));
}
const study = {
  study: "float-training",
  node: process.version,
  backend,
  reason,
  dataset: { preset: "flat", seed: 1, ...SPLIT },
  limits: LIMITS,
  teacherConfig,
  studentConfig,
  teacher,
  students,
  summary: {
    teacherPasses:
      teacher.plateau >= LIMITS.teacherPlateau && teacher.ptRmsGeV <= LIMITS.teacherRmsGeV,
    studentsTrained: students.length,
    restarts: students.reduce((sum, { restarts }) => sum + restarts, 0),
    studentsAboveRmsLimit: students
      .filter(({ ptRmsGeV }) => ptRmsGeV > LIMITS.studentRmsGeV)
      .map(({ seed }) => seed),
  },
};
const path = options.out ?? new URL("../../docs/studies/float-training.json", import.meta.url);
writeFileSync(path, `${JSON.stringify(study, null, 2)}\n`);
