import type { DatasetInfo, Digest } from "@cnntargz/contracts";
import { digestBytes } from "@cnntargz/stage-kit";

import { shapeOf, STORED_ARRAYS } from "./layout.js";
import type { ToyDataset } from "./toy-dataset.js";

/**
 * SHA-256 over path, dtype, shape and little-endian contents of every array, so that it does not
 * depend on file layout or compression.
 */
export function datasetDigest(dataset: ToyDataset): Digest {
  return digestBytes(
    ...STORED_ARRAYS.flatMap((array) => {
      const { buffer, byteOffset, byteLength } = dataset[array.field];
      const shape = shapeOf(array, dataset.count).join();
      return [
        `${array.path} ${array.dtype} [${shape}]\n`,
        new Uint8Array(buffer, byteOffset, byteLength),
      ];
    }),
  );
}

/** The artifact that names a dataset: its configuration, counts and content digest. */
export function datasetInfo(dataset: ToyDataset): DatasetInfo {
  let muons = 0;
  for (const isMuon of dataset.isMuon) muons += isMuon;
  return {
    kind: "dataset",
    schemaVersion: 1,
    config: dataset.config,
    events: dataset.count,
    muons,
    digest: datasetDigest(dataset),
  };
}
