import { existsSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join, relative } from "node:path";

import { CnntargzError, type Digest, systemFault } from "@cnntargz/contracts";
import {
  canonicalJson,
  digestBytes,
  digestJson,
  makeFolder,
  readArtifact,
  writeFileAtomic,
} from "@cnntargz/stage-kit";
import { lock } from "proper-lockfile";

import { StageRecord } from "./stage-record.js";

/** After this long without a sign of life, a run that holds a directory counts as dead. */
const STALE_MS = 20_000;

/** A finished stage: its folder, and the digest of what is in it. */
export interface StageResult {
  readonly folder: string;
  readonly digest: Digest;
  /** True when it was there already and nothing was computed. */
  readonly cached: boolean;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

/** A folder that holds one run: finished stages by the digest of their inputs, and its results. */
export class RunDirectory {
  readonly path: string;
  readonly #release: () => Promise<void>;

  private constructor(path: string, release: () => Promise<void>) {
    this.path = path;
    this.#release = release;
  }

  /**
   * Open (or make) a run directory for writing.
   *
   * @throws CnntargzError `config` when another program is writing to it.
   */
  static async open(path: string): Promise<RunDirectory> {
    makeFolder(path);
    try {
      return new RunDirectory(path, await lock(path, { stale: STALE_MS }));
    } catch (cause) {
      // Only a lock that is held means another run; a folder may also not be ours to write.
      if ((cause as NodeJS.ErrnoException).code !== "ELOCKED") throw systemFault(cause, path);
      throw new CnntargzError(
        "config",
        `${path} is being written by another run (${(cause as Error).message}): wait for it (a killed one frees it after ${STALE_MS / 1000} s), or give another --out`,
        { cause },
      );
    }
  }

  /** Let other programs write again. */
  async close(): Promise<void> {
    await this.#release();
  }

  /**
   * The result of a stage: taken from the folder of an earlier run with the same inputs, or made
   * by `compute`, which writes its files into the folder it is given. That folder gets its final
   * name only when `compute` is done; a killed one finds its own partial files again.
   */
  async stage(
    name: string,
    inputs: unknown,
    compute: (folder: string) => Promise<void> | void,
  ): Promise<StageResult> {
    const key = digestJson({ stage: name, inputs });
    const folder = join(this.path, "stages", `${name}-${key.slice(0, 16)}`);
    const recordPath = join(folder, "stage.json");
    const cached = existsSync(recordPath);
    if (!cached) {
      const partial = `${folder}.partial`;
      makeFolder(partial);
      await compute(partial);
      const record: StageRecord = { stage: name, key, files: digestFiles(partial) };
      writeFileAtomic(join(partial, "stage.json"), `${canonicalJson(record)}\n`);
      renameSync(partial, folder);
    }
    const { files } = readArtifact(recordPath, StageRecord);
    if (cached) assertUnchanged(folder, files);
    return { folder, digest: digestJson(files), cached };
  }
}

/** SHA-256 of every file in a stage's folder but its record, by path. */
function digestFiles(folder: string): Record<string, string> {
  return Object.fromEntries(
    filesOf(folder)
      .filter((path) => path !== join(folder, "stage.json"))
      .map((path) => [relative(folder, path), digestBytes(readFileSync(path))]),
  );
}

/** A finished stage must hold what it held when it was finished. */
function assertUnchanged(folder: string, recorded: Readonly<Record<string, string>>): void {
  const found = digestFiles(folder);
  const changed = Object.keys({ ...recorded, ...found }).filter(
    (path) => recorded[path] !== found[path],
  );
  if (changed.length === 0) return;
  throw new CnntargzError(
    "artifact",
    `${changed.join(", ")} in ${folder} is not what the stage wrote: move the folder away to make the stage again`,
  );
}
