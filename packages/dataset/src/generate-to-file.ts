import {
  checkContext,
  type DatasetConfigInput,
  type DatasetInfo,
  optionsCheck,
  type StageContext,
  z,
} from "@cnntargz/contracts";

import { DatasetWriter } from "./dataset-writer.js";
import { blockOptions, type BlockOptions, generateBlocks } from "./generate-blocks.js";
import { resolveConfig } from "./resolve-config.js";
import { checkRange, type EventRange } from "./toy-dataset.js";

/** What {@link generateToFile} makes, and how. */
export interface GenerateToFileOptions extends BlockOptions {
  /** Only these events; all when left out. */
  readonly range?: EventRange;
}

const checkOptions = optionsCheck<GenerateToFileOptions>("generateToFile", {
  ...blockOptions,
  range: z.strictObject({ start: z.int().min(0), count: z.int().min(0) }).optional(),
});

/**
 * Generate a dataset into an HDF5 file, block by block, so that memory holds a few blocks whatever
 * the number of events. The random stream is that of the configuration's seed, as in
 * `generateDataset(config, { rng: createRng(deriveKey(config.seed, "dataset")) })`; the bytes do not
 * depend on block size, workers or time. The file appears whole or not at all.
 *
 * @returns what `datasetInfo` would say of the events in the file.
 * @throws ContractError or CnntargzError `config` when the configuration, range or an option is not
 * valid; CnntargzError `artifact` when the file can not be written; the signal's reason when aborted.
 */
export async function generateToFile(
  path: string,
  input: DatasetConfigInput,
  options: GenerateToFileOptions = {},
  context: Pick<StageContext, "signal" | "onProgress"> = {},
): Promise<DatasetInfo> {
  checkOptions(options);
  checkContext(context, "generateToFile");
  const config = resolveConfig(input);
  const { range: wanted, ...blocks } = options;
  const range = wanted ?? { start: 0, count: config.events };
  checkRange(range, config.events, "generateToFile");
  const writer = await DatasetWriter.open(path, config, range.start);
  try {
    for await (const part of generateBlocks(config, range, blocks, context)) writer.append(part);
    return writer.close();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
