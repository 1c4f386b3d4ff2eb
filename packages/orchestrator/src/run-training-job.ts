import type { StageContext } from "@cnntargz/contracts";
import {
  fragmentedSource,
  inputType9x16,
  labelScaling9x16,
  readDataset,
  splitRanges,
} from "@cnntargz/dataset";
import { floatLayers, loadBackend, trainModel } from "@cnntargz/models";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

import { trainInFolder } from "./stages/train-in-folder.js";
import type { TrainingJob } from "./training-job.js";

/** Do a training job in this process. */
export async function runTrainingJob(
  job: TrainingJob,
  context: Omit<StageContext, "rng">,
): Promise<void> {
  const { spec, train: config, provenance, workers } = job;
  await loadBackend(job.backend);
  const dataset = await readDataset(job.events);
  const { train, validation } = splitRanges(job.split);
  await trainInFolder(
    job.folder,
    {
      ...{ spec, config, provenance, workers, layerFactory: floatLayers, quantScheme: null },
      train: fragmentedSource(dataset, train),
      validation: fragmentedSource(dataset, validation),
      labelScaling: labelScaling9x16,
      inputType: inputType9x16,
    },
    { ...context, rng: createRng(deriveKey(provenance.seed, provenance.stage)) },
    trainModel,
  );
}
