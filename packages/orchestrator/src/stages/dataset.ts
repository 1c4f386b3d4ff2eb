import { join } from "node:path";

import {
  type BatchSource,
  DatasetConfig,
  type DatasetInfo,
  type StageContext,
} from "@cnntargz/contracts";
import {
  DatasetSummary,
  DatasetWriter,
  type EventRange,
  fragmentedSource,
  rangeGenerator,
  readDataset,
  resolveConfig,
  sliceDataset,
  splitRanges,
  type ToyDataset,
} from "@cnntargz/dataset";

import { inBlocks } from "../blocks.js";
import type { RunConfig } from "../config.js";
import type { RunContext } from "../run-context.js";

const EVENTS = "events.h5";

/** The events of a run and its three splits. */
export interface RunData {
  readonly dataset: ToyDataset;
  readonly info: DatasetInfo;
  /** The file that holds the events. */
  readonly path: string;
  readonly ranges: Readonly<Record<"train" | "validation" | "test", EventRange>>;
  readonly train: BatchSource;
  readonly validation: BatchSource;
  readonly test: BatchSource;
}

/** How single events are made, without how many. */
function physicsOf({ dataset }: RunConfig): Omit<DatasetConfig, "events" | "seed"> {
  return DatasetConfig.omit({ events: true, seed: true }).strip().parse(dataset);
}

/** Generate a dataset into a file, block by block. */
async function generateInto(
  path: string,
  input: DatasetConfig,
  context: StageContext,
): Promise<void> {
  const config = resolveConfig(input);
  const { signal, rng } = context;
  const generate = rangeGenerator(config, { rng, signal });
  const writer = await DatasetWriter.open(path, config);
  try {
    await inBlocks(config.events, { ...context, task: "generate" }, (range) => {
      writer.append(generate(range));
    });
    writer.close();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** What a dataset is, summed up block by block. */
async function infoOf(dataset: ToyDataset, context: StageContext): Promise<DatasetInfo> {
  const summary = new DatasetSummary(dataset.config);
  await inBlocks(dataset.count, { ...context, task: "digest" }, (range) => {
    summary.add(sliceDataset(dataset, range));
  });
  return summary.info();
}

/** The dataset of a run. */
export function datasetOf(config: RunConfig): DatasetConfig {
  const { train, validation, test } = config.dataset.split;
  return { ...physicsOf(config), events: train + validation + test, seed: config.seed };
}

/** Its background-only events at another noise level. */
export function noiseDatasetOf(config: RunConfig, noisePerPixel: number): DatasetConfig {
  return {
    ...physicsOf(config),
    events: config.dataset.noiseScan.events,
    seed: config.seed,
    noisePerPixel,
    backgroundFraction: 1,
  };
}

async function generated(
  run: RunContext,
  stage: string,
  config: DatasetConfig,
): Promise<{ dataset: ToyDataset; path: string }> {
  const provenance = run.provenance(stage, [], ["stage-kit", "dataset"], config);
  const { folder } = await run.stage(provenance, { writes: [EVENTS] }, (partial) =>
    generateInto(join(partial, EVENTS), config, run.stageContext(stage)),
  );
  const path = join(folder, EVENTS);
  return { dataset: await readDataset(path), path };
}

/** Generate the events of the run and split them. */
export async function makeData(run: RunContext): Promise<RunData> {
  const { dataset, path } = await generated(run, "dataset", datasetOf(run.config));
  const ranges = splitRanges(run.config.dataset.split);
  return {
    dataset,
    path,
    info: await infoOf(dataset, run.stageContext("dataset")),
    ranges,
    train: fragmentedSource(dataset, ranges.train),
    validation: fragmentedSource(dataset, ranges.validation),
    test: fragmentedSource(dataset, ranges.test),
  };
}

/** Background-only events at another noise level, for the `info` rows of the verdict. */
export async function makeNoiseData(run: RunContext, noisePerPixel: number): Promise<ToyDataset> {
  const config = noiseDatasetOf(run.config, noisePerPixel);
  const { dataset } = await generated(run, `noise-${noisePerPixel}`, config);
  return dataset;
}
