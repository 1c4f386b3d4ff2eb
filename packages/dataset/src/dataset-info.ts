import { createHash } from "node:crypto";

import type { DatasetConfig, DatasetInfo, Digest } from "@cnntargz/contracts";
import { digestBytes } from "@cnntargz/stage-kit";

import { shapeOf, STORED_ARRAYS } from "./layout.js";
import type { ToyDataset } from "./toy-dataset.js";

/** Sums up a dataset that comes in parts, in order. */
export class DatasetSummary {
  private readonly config: DatasetConfig;
  private readonly hashes = STORED_ARRAYS.map((array) => ({ array, hash: createHash("sha256") }));
  private events = 0;
  private muons = 0;
  constructor(config: DatasetConfig) {
    this.config = config;
  }

  /** Count the next events. */
  add(part: ToyDataset): void {
    for (const { array, hash } of this.hashes) {
      const { buffer, byteOffset, byteLength } = part[array.field];
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
    for (const isMuon of part.isMuon) this.muons += isMuon;
    this.events += part.count;
  }

  /** SHA-256 over path, dtype, shape and the SHA-256 of the little-endian contents of every array. */
  digest(): Digest {
    return digestBytes(
      this.hashes
        .map(({ array, hash }) => {
          const contents = hash.copy().digest("hex");
          return `${array.path} ${array.dtype} [${shapeOf(array, this.events).join()}] ${contents}\n`;
        })
        .join(""),
    );
  }

  /** The artifact that names the dataset. */
  info(): DatasetInfo {
    const { config, events, muons } = this;
    return { kind: "dataset", schemaVersion: 1, config, events, muons, digest: this.digest() };
  }
}

/** The artifact that names a dataset: its configuration, counts and content digest. */
export function datasetInfo(dataset: ToyDataset): DatasetInfo {
  const summary = new DatasetSummary(dataset.config);
  summary.add(dataset);
  return summary.info();
}

/**
 * SHA-256 over the contents of a dataset, see {@link DatasetSummary.digest}: independent of file
 * layout, compression and configuration.
 */
export function datasetDigest(dataset: ToyDataset): Digest {
  return datasetInfo(dataset).digest;
}
