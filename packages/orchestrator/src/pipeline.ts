import { availableParallelism } from "node:os";
import { join } from "node:path";

import {
  anyObject,
  type BackendSpec,
  optionalSignal,
  optionsCheck,
  parseOptions,
  Predictions,
  type TrainedModel,
  Verdict,
  z,
} from "@cnntargz/contracts";
import { judge, renderResources, renderVerdict } from "@cnntargz/fpga-eval";
import {
  countParameters,
  floatLayers,
  type LayerFactory,
  loadBackend,
  predict,
} from "@cnntargz/models";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import { artifactText, digestJson } from "@cnntargz/stage-kit";

import { checkRun } from "./check-run.js";
import { RunConfig } from "./config.js";
import { type Console, silentConsole } from "./console.js";
import { replaceResults } from "./replace-results.js";
import { RunContext } from "./run-context.js";
import { RunDirectory } from "./run-directory.js";
import { makeData, type RunData } from "./stages/dataset.js";
import { performanceOf, predictionsOf, scanNoise } from "./stages/evaluate.js";
import { makeFirmware } from "./stages/firmware.js";
import { freeze } from "./stages/integers.js";
import { profile } from "./stages/profile.js";
import { type EvaluatedModel, recordFiles } from "./stages/record.js";
import { isRunDirectory, readManifest } from "./run-manifest.js";
import { calibrate, trainFloats, trainQuantized } from "./stages/training.js";
import { verify } from "./stages/verify.js";
import { type RunSummary, summarizePerformance, summarizeResources } from "./summary.js";
import { formatTable } from "./table.js";
import { ownVersion } from "./versions.js";
import { projectFiles } from "./write-project.js";

/** How a run is carried out; nothing here changes its result. */
export interface PipelineOptions {
  /** Run directory; stages found there with the same inputs are not computed again. */
  readonly out: string;
  readonly console?: Console;
  /** Stops the run; it goes on from its last checkpoint when called again. */
  readonly signal?: AbortSignal;
  /** Processes and threads that may work at the same time, the number of cores when left out. */
  readonly processes?: number;
}

const checkOptions = optionsCheck<PipelineOptions>("runPipeline", {
  out: z.string().min(1),
  console: anyObject.optional(),
  signal: optionalSignal,
  processes: z.int().min(1).optional(),
});

/** What a run leaves behind, besides its directory. */
export interface PipelineResult {
  readonly verdict: Verdict;
  readonly summary: RunSummary;
}

const BATCH_SIZE = 1000;

/**
 * Run the whole pipeline: events, Teacher, float Student, quantized Student with the Teacher's
 * hints, integers, firmware, verification, trigger performance, verdict and report, each stage into
 * the run directory.
 *
 * @throws CnntargzError before anything is made when the configuration can not be carried out, and
 * when a stage can not do its work; the signal's reason when aborted. What
 * was finished stays and is used by the next run.
 */
export async function runPipeline(
  config: RunConfig,
  options: PipelineOptions,
): Promise<PipelineResult> {
  checkOptions(options);
  parseOptions(RunConfig, config, "configuration of runPipeline");
  const { out, console = silentConsole, signal, processes = availableParallelism() } = options;
  await checkRun(config);
  const directory = RunDirectory.open(out);
  try {
    return await runStages(new RunContext(config, directory, console, signal, processes));
  } finally {
    directory.close();
  }
}

async function runStages(run: RunContext): Promise<PipelineResult> {
  const { config, console, directory } = run;
  const earlier = otherRunIn(directory.path, config);
  if (earlier !== null) {
    console.info(
      `${directory.path} holds ${earlier}: this run replaces its results when it ends; its finished stages stay`,
    );
  }
  const { backend, reason } = await loadBackend(config.backend);
  console.info(`backend: ${reason}`);

  const data = await makeData(run);
  const { teacher, student } = await trainFloats(run, data, backend);
  const scheme = await calibrate(run, data, student);
  const quantized = await trainQuantized(run, data, backend, scheme, student, teacher);
  const frozen = await freeze(run, data, quantized);
  const firmware = await makeFirmware(run, data, frozen.network);
  const { bitExact, outputs } = await verify(run, data, frozen, firmware);

  const evaluated = (
    label: string,
    model: TrainedModel,
    outputs: ArrayLike<number>,
  ): EvaluatedModel => {
    const { dataset, ranges } = data;
    const predictions = predictionsOf(label, dataset, ranges.test, outputs, model.labelScaling);
    const performance = performanceOf(predictions, config.requirements);
    return { label, model, predictions, performance };
  };
  const floating = async (label: string, model: TrainedModel): Promise<EvaluatedModel> =>
    evaluated(label, model, await outputsOfModel(run, data, model));
  const final = evaluated(
    `Student ${config.quantization.bits} bit, integer`,
    frozen.model,
    outputs,
  );
  const models: readonly EvaluatedModel[] = [
    await floating("Teacher, float", teacher),
    await floating("Student, float", student),
    await floating(`Student ${config.quantization.bits} bit, float output layer`, quantized),
    final,
  ];
  const atNoise = await scanNoise(run, frozen.network);
  const verdict = judge(
    { resources: firmware.resources, performance: final.performance, bitExact, atNoise },
    config.requirements,
  );

  const digests = {
    dataset: data.info.digest,
    teacher: weightsDigest(teacher),
    student: weightsDigest(student),
    quantized: weightsDigest(quantized),
    network: run.digests["integers"]!,
    firmware: firmware.digest,
  };
  const summary: RunSummary = {
    name: config.name,
    seed: config.seed,
    status: verdict.status,
    requirements: verdict.rows,
    bitExact,
    performance: summarizePerformance(final.performance),
    models: Object.fromEntries(
      models.map(({ label, performance }) => [label, summarizePerformance(performance)]),
    ),
    ...summarizeResources(firmware),
    digests,
    out: directory.path,
  };
  const path = (file: string): string => join(directory.path, file);
  const record = await recordFiles(run, data, {
    ...{ backend, models, judged: final, firmware, bitExact, atNoise, verdict, digests },
    profile: await profile(run, data, quantized, frozen),
  });
  const below = <T>(folder: string, files: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(files).map(([name, file]) => [`${folder}/${name}`, file]));
  const predictions = Object.fromEntries(
    models.map((model) => [
      `${fileName(model.label)}.json`,
      artifactText(Predictions, model.predictions),
    ]),
  );
  replaceResults(
    directory,
    {
      manifest: manifest(config, { ...backend, reason }, digests, run.digests),
      files: {
        ...below("firmware", projectFiles(firmware.project)),
        ...below("predictions", predictions),
        "verdict.json": artifactText(Verdict, verdict),
        ...record,
      },
      executables: firmware.project.executables.map((file) => `firmware/${file}`),
    },
    (message) => {
      console.warn(message);
    },
  );

  console.print(`\n${modelTable(models)}\n`);
  console.print(renderResources(firmware.resources));
  console.print(renderVerdict(verdict));
  console.print(`firmware: ${path("firmware")}   report: ${path("report.html")}`);
  return { verdict, summary };
}

/** What a run of another configuration in `folder` is called; null when there is none. */
function otherRunIn(folder: string, config: RunConfig): string | null {
  if (!isRunDirectory(folder)) return null;
  try {
    const { config: other } = readManifest(folder);
    return digestJson(other) === digestJson(config) ? null : `another run (${other.name})`;
  } catch {
    return "a run that can not be read";
  }
}

/** A label as file name: `student-4-bit-integer`. */
function fileName(label: string): string {
  return label.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

function weightsDigest(model: TrainedModel): string {
  return digestJson(
    Object.fromEntries(
      Object.entries(model.weights).map(([name, { shape, values }]) => [
        name,
        { shape, bits: [...new Int32Array(values.buffer, values.byteOffset, values.length)] },
      ]),
    ),
  );
}

/** Outputs (n, 2) of a network in floating point for the test events, in target units. */
async function outputsOfModel(
  run: RunContext,
  data: RunData,
  model: TrainedModel,
): Promise<ArrayLike<number>> {
  const layers: LayerFactory =
    model.quantScheme === null ? floatLayers : quantizedLayers(model.quantScheme);
  const context = run.stageContext("evaluate");
  return predict(model, layers, data.test, { batchSize: BATCH_SIZE, context });
}

/** Configuration, backend (with why it was taken) and digests of a run: what it takes to make and to compare it. */
function manifest(
  config: RunConfig,
  backend: BackendSpec & { reason: string },
  digests: Readonly<Record<string, string>>,
  finished: Readonly<Record<string, string>>,
): Record<string, unknown> {
  // Trainings at the same time may end in either order.
  const stages = Object.fromEntries(Object.entries(finished).sort(([a], [b]) => (a < b ? -1 : 1)));
  const content = { kind: "run-manifest", schemaVersion: 1, version: ownVersion() };
  return { ...content, config, backend, digests, stages };
}

function modelTable(models: readonly EvaluatedModel[]): string {
  const percent = (value: number | null, digits: number): string =>
    value === null ? "-" : `${(100 * value).toFixed(digits)} %`;
  return formatTable(
    [
      "model",
      "parameters",
      "validation loss",
      "plateau",
      "fake rate",
      "10-90 % rise",
      "sigma(pT) at 10 GeV",
    ],
    models.map(({ label, model, performance }) => [
      label,
      countParameters(model.spec).toLocaleString("en-US"),
      Math.min(...model.metrics.epochs.map((epoch) => epoch.validationLoss)).toFixed(5),
      percent(performance.plateau.value, 2),
      percent(performance.fakeRate.value, 3),
      performance.turnOnFit.status === "none"
        ? "-"
        : `${performance.turnOnFit.width1090GeV.value.toFixed(2)} GeV`,
      performance.resolution === null ? "-" : `${performance.resolution.stdGeV.toFixed(2)} GeV`,
    ]),
  );
}
