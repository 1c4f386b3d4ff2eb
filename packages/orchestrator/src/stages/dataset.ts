import { join } from "node:path";

import {
  type BatchSource,
  CnntargzError,
  DatasetConfig,
  type DatasetInfo,
} from "@cnntargz/contracts";
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

/**
 * Generate the events of the run and split them.
 *
 * @throws CnntargzError `config` for background alone, from which nothing can be trained.
 */
export async function makeData(run: RunContext): Promise<RunData> {
  const { split } = run.config.dataset;
  if (run.config.dataset.backgroundFraction === 1) {
    throw new CnntargzError(
      "config",
      "the training set holds no muon (backgroundFraction 1), so that pT and eta can not be learned; make dataset.backgroundFraction smaller, 0.5 is the default",
    );
  }
  const config: DatasetConfig = {
    ...physicsOf(run.config),
    events: split.train + split.validation + split.test,
    seed: run.config.seed,
  };
  const { dataset, path } = await generated(run, "dataset", config);
  const ranges = splitRanges(split);
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
  const { dataset } = await generated(run, `noise-${noisePerPixel}`, {
    ...physicsOf(run.config),
    events: run.config.dataset.noiseScan.events,
    seed: run.config.seed,
    noisePerPixel,
    backgroundFraction: 1,
  });
  return dataset;
}
