import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import {
  type BackendSpec,
  type NetworkSpec,
  type Provenance,
  type QuantScheme,
  type TrainConfig,
  TrainedModel,
} from "@cnntargz/contracts";
import { inputType9x16, labelScaling9x16 } from "@cnntargz/dataset";
import { distillStudent } from "@cnntargz/distill";
import {
  type CheckpointStore,
  floatLayers,
  type LayerFactory,
  student9x16,
  tapActivations,
  teacher9x16,
  trainModel,
  type TrainRequest,
} from "@cnntargz/models";
import { calibrateScheme } from "@cnntargz/quant";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import { readArtifact, writeArtifact, writeFileAtomic } from "@cnntargz/stage-kit";

import type { RunContext } from "../run-context.js";
import type { RunData } from "./dataset.js";

/** Packages whose code decides the bytes of a trained network. */
const TRAINING_PACKAGES = ["stage-kit", "models", "wasm-kernels"];
const BATCH_SIZE = 1000;

/** The checkpoint of a training in its stage's partial folder. */
function checkpointIn(folder: string): CheckpointStore {
  const path = join(folder, "checkpoint.bin");
  return {
    load: () => (existsSync(path) ? readFileSync(path) : null),
    save: (bytes) => {
      writeFileAtomic(path, bytes);
    },
  };
}

/** Run a training as a stage: resumed from its checkpoint, its model read back from the file. */
async function trainingStage(
  run: RunContext,
  provenance: Provenance,
  train: (checkpoint: CheckpointStore) => Promise<TrainedModel>,
): Promise<TrainedModel> {
  const { folder } = await run.stage(provenance, async (partial) => {
    const model = await train(checkpointIn(partial));
    writeArtifact(join(partial, "model.json"), TrainedModel, model);
    rmSync(join(partial, "checkpoint.bin"), { force: true });
  });
  return readArtifact(join(folder, "model.json"), TrainedModel);
}

/** What the trainings of a run have in common. */
function request(
  data: RunData,
  spec: NetworkSpec,
  config: TrainConfig,
  provenance: Provenance,
  layerFactory: LayerFactory,
  quantScheme: QuantScheme | null,
): TrainRequest {
  return {
    spec,
    config,
    provenance,
    layerFactory,
    quantScheme,
    train: data.train,
    validation: data.validation,
    labelScaling: labelScaling9x16,
    inputType: inputType9x16,
  };
}

/** Train a network in floating point. */
function trainFloat(
  run: RunContext,
  data: RunData,
  backend: BackendSpec,
  stage: string,
  spec: NetworkSpec,
  train: TrainConfig,
): Promise<TrainedModel> {
  const config = { spec: spec.name, train, backend, split: run.config.dataset.split };
  const provenance = run.provenance(stage, ["dataset"], TRAINING_PACKAGES, config);
  return trainingStage(run, provenance, (checkpoint) =>
    trainModel(
      { ...request(data, spec, train, provenance, floatLayers, null), checkpoint },
      run.stageContext(stage),
    ),
  );
}

/** Train the Teacher 9x16 in floating point. */
export function trainTeacher(
  run: RunContext,
  data: RunData,
  backend: BackendSpec,
): Promise<TrainedModel> {
  return trainFloat(run, data, backend, "train-teacher", teacher9x16, run.config.teacher.train);
}

/** Train the Student 9x16 in floating point, the start of its quantized training. */
export function trainStudent(
  run: RunContext,
  data: RunData,
  backend: BackendSpec,
): Promise<TrainedModel> {
  return trainFloat(run, data, backend, "train-student", student9x16, run.config.student.train);
}

/** Choose the quantizers of the Student from the ranges of its float activations. */
export async function calibrate(
  run: RunContext,
  data: RunData,
  student: TrainedModel,
): Promise<QuantScheme> {
  const { bits, calibrationPercentile, calibrationEvents } = run.config.quantization;
  const layers = student.spec.layers
    .filter((layer) => layer.kind === "conv2d" || layer.kind === "dense")
    .filter((layer) => layer.activation === "relu")
    .map((layer) => layer.name);
  const count = Math.min(calibrationEvents, data.train.count);
  const activations = await tapActivations(student, floatLayers, { ...data.train, count }, layers, {
    batchSize: BATCH_SIZE,
    context: run.stageContext("calibrate"),
  });
  return calibrateScheme(student.spec, bits, activations, { percentile: calibrationPercentile });
}

/** Train the Student quantization-aware from its float weights, with the Teacher's hints if the run wants them. */
export function trainQuantized(
  run: RunContext,
  data: RunData,
  backend: BackendSpec,
  scheme: QuantScheme,
  student: TrainedModel,
  teacher: TrainedModel,
): Promise<TrainedModel> {
  const stage = "train-quantized";
  const { distillation, quantization } = run.config;
  const { split } = run.config.dataset;
  const config = { scheme, distillation, train: quantization.train, backend, split };
  const from = ["dataset", "train-student", ...(distillation ? ["train-teacher"] : [])];
  const packages = [
    ...TRAINING_PACKAGES,
    "fixed-point",
    "quant",
    ...(distillation ? ["distill"] : []),
  ];
  const provenance = run.provenance(stage, from, packages, config);
  return trainingStage(run, provenance, (checkpoint) => {
    const context = run.stageContext(stage);
    const layers = quantizedLayers(scheme);
    const quantized: TrainRequest = {
      ...request(data, student.spec, quantization.train, provenance, layers, scheme),
      initialWeights: student.weights,
      checkpoint,
    };
    if (distillation === null) return trainModel(quantized, context);
    return distillStudent(
      { teacher, teacherFactory: floatLayers, student: quantized, plan: distillation },
      context,
    );
  });
}
