import { join } from "node:path";

import {
  type BackendSpec,
  type NetworkSpec,
  type Provenance,
  type QuantScheme,
  type StageContext,
  type TrainConfig,
  TrainedModel,
} from "@cnntargz/contracts";
import { inputType9x16, labelScaling9x16 } from "@cnntargz/dataset";
import { distillStudent } from "@cnntargz/distill";
import {
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
import { readArtifact } from "@cnntargz/stage-kit";

import type { RunContext } from "../run-context.js";
import { trainInProcess } from "../train-in-process.js";
import type { RunData } from "./dataset.js";
import { type FolderRequest, trainInFolder, TRAINING_FILES } from "./train-in-folder.js";

/** Packages whose code decides the bytes of a trained network. */
const TRAINING_PACKAGES = ["stage-kit", "models", "wasm-kernels"];
const BATCH_SIZE = 1000;

/** Run a training as a stage: resumed from its checkpoint, its model read back from the file. */
async function trainingStage(
  run: RunContext,
  provenance: Provenance,
  train: (folder: string) => Promise<void>,
): Promise<TrainedModel> {
  const { folder } = await run.stage(provenance, TRAINING_FILES, train);
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

/** Train a network in floating point: in this process, or with `isApart` in one of its own. */
function trainFloat(
  run: RunContext,
  data: RunData,
  backend: BackendSpec,
  training: { stage: string; spec: NetworkSpec; train: TrainConfig },
  context: StageContext,
  isApart: boolean,
): Promise<TrainedModel> {
  const { stage, spec, train } = training;
  const { split } = run.config.dataset;
  const config = { spec: spec.name, train, backend, split };
  const provenance = run.provenance(stage, ["dataset"], TRAINING_PACKAGES, config);
  return trainingStage(run, provenance, (folder) => {
    if (!isApart) {
      const whole = request(data, spec, train, provenance, floatLayers, null);
      return trainInFolder(folder, { ...whole, workers: run.processes }, context, trainModel);
    }
    const workers = Math.max(1, Math.floor(run.processes / 2));
    return trainInProcess(
      { events: data.path, split, spec, train, provenance, backend, workers, folder },
      context,
    );
  });
}

/**
 * Train the Teacher 9x16 and the Student 9x16, the start of its quantized training, in floating
 * point: at the same time in a process each where the run may use several, else one after the other.
 * The bytes are the same.
 */
export async function trainFloats(
  run: RunContext,
  data: RunData,
  backend: BackendSpec,
): Promise<{ teacher: TrainedModel; student: TrainedModel }> {
  const { teacher, student } = run.config;
  const trainings = [
    { stage: "train-teacher", spec: teacher9x16, train: teacher.train },
    { stage: "train-student", spec: student9x16, train: student.train },
  ] as const;
  if (run.processes === 1) {
    const [first, second] = trainings;
    return {
      teacher: await trainFloat(run, data, backend, first, run.stageContext(first.stage), false),
      student: await trainFloat(run, data, backend, second, run.stageContext(second.stage), false),
    };
  }
  // One that fails stops the other.
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, run.signal]);
  const both = trainings.map((training) =>
    trainFloat(
      run,
      data,
      backend,
      training,
      { ...run.stageContext(training.stage), signal },
      true,
    ).catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(both);
  signal.throwIfAborted();
  const [trainedTeacher, trainedStudent] = await Promise.all(both);
  return { teacher: trainedTeacher!, student: trainedStudent! };
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
  return trainingStage(run, provenance, (folder) => {
    const quantized: FolderRequest = {
      ...request(
        data,
        student.spec,
        quantization.train,
        provenance,
        quantizedLayers(scheme),
        scheme,
      ),
      initialWeights: student.weights,
      workers: run.processes,
      layerFactoryRef: {
        module: import.meta.resolve("@cnntargz/quant/tfjs"),
        export: "quantizedLayers",
        args: [scheme],
      },
    };
    const train = (student: TrainRequest, context: StageContext): Promise<TrainedModel> =>
      distillation === null
        ? trainModel(student, context)
        : distillStudent(
            { teacher, teacherFactory: floatLayers, student, plan: distillation },
            context,
          );
    return trainInFolder(folder, quantized, run.stageContext(stage), train);
  });
}
