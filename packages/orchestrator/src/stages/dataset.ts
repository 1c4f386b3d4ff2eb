import { join } from "node:path";

import { type BatchSource, DatasetConfig, type DatasetInfo } from "@cnntargz/contracts";
import {
  datasetInfo,
  type EventRange,
  fragmentedSource,
  generateDataset,
  readDataset,
  splitRanges,
  type ToyDataset,
  writeDataset,
} from "@cnntargz/dataset";

import type { RunConfig } from "../config.js";
import type { RunContext } from "../run-context.js";

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
  const { folder } = await run.stage(provenance, async (partial) => {
    const dataset = generateDataset(config, run.stageContext(stage));
    await writeDataset(join(partial, "events.h5"), dataset);
  });
  const path = join(folder, "events.h5");
  return { dataset: await readDataset(path), path };
}

/** Generate the events of the run and split them. */
export async function makeData(run: RunContext): Promise<RunData> {
  const { dataset, path } = await generated(run, "dataset", datasetOf(run.config));
  const ranges = splitRanges(run.config.dataset.split);
  return {
    dataset,
    path,
    info: datasetInfo(dataset),
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
