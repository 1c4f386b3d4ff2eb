import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError, type Digest, onDisk } from "@cnntargz/contracts";
import {
  canonicalJson,
  digestFile,
  digestJson,
  makeFolder,
  readArtifact,
  sweepTemporaryFiles,
  syncFolder,
  writeFileAtomic,
} from "@cnntargz/stage-kit";

import { RunLock } from "./run-lock.js";
import { StageRecord } from "./stage-record.js";

const RECORD = "stage.json";
const PARTIAL = ".partial";

/** A finished stage: its folder, and the digest of what is in it. */
export interface StageResult {
  readonly folder: string;
  readonly digest: Digest;
  /** True when it was there already and nothing was computed. */
  readonly cached: boolean;
}

/** The files of a stage, by name. Nothing else in its folder counts. */
export interface StageFiles {
  /** What it leaves, and what its digest is over. */
  readonly writes: readonly string[];
  /** What a stopped one finds again when it goes on. */
  readonly keeps?: readonly string[];
}

/** A folder that holds one run: finished stages by the digest of their inputs, and its results. */
export class RunDirectory {
  readonly path: string;
  readonly #lock: RunLock;

  private constructor(path: string, lock: RunLock) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Open (or make) a run directory for writing. What killed runs left of unfinished files is removed.
   *
   * @throws CnntargzError `config` when another program is writing to it, `system` when the system refuses.
   */
  static open(path: string): RunDirectory {
    makeFolder(path);
    const directory = new RunDirectory(
      path,
      onDisk(path, () => RunLock.acquire(path)),
    );
    directory.#sweep();
    return directory;
  }

  /** Aborted when another process has taken the directory. */
  get signal(): AbortSignal {
    return this.#lock.signal;
  }

  /** Let other programs write again. */
  close(): void {
    this.#lock.release();
  }

  /**
   * The directory must still be this program's to write.
   *
   * @throws CnntargzError `artifact` when another process has taken it.
   */
  assertHeld(): void {
    this.#lock.assertHeld();
  }

  /**
   * The result of a stage: taken from the folder of an earlier run with the same inputs, or made
   * by `compute`, which writes its files into the folder it is given. That folder gets its final
   * name only when `compute` is done; a killed one finds what it `keeps` again, and nothing else.
   *
   * @throws CnntargzError `artifact` when a finished stage is not what it was when it was finished.
   */
  async stage(
    name: string,
    inputs: unknown,
    { writes, keeps = [] }: StageFiles,
    compute: (folder: string) => Promise<void> | void,
  ): Promise<StageResult> {
    this.assertHeld();
    const key = digestJson({ stage: name, inputs });
    const folder = join(this.path, "stages", `${name}-${key.slice(0, 16)}`);
    const cached = existsSync(folder);
    if (!cached) {
      const partial = `${folder}${PARTIAL}`;
      makeFolder(partial);
      keepOnly(partial, keeps);
      await compute(partial);
      this.assertHeld();
      keepOnly(partial, writes);
      const record: StageRecord = { stage: name, key, files: digestsOf(partial, writes) };
      writeFileAtomic(join(partial, RECORD), `${canonicalJson(record)}\n`);
      renameSync(partial, folder);
      syncFolder(join(folder, ".."));
    }
    const { files } = readStageRecord(folder, name, key);
    if (cached) assertUnchanged(folder, files);
    return { folder, digest: digestJson(files), cached };
  }

  #sweep(): void {
    sweepTemporaryFiles(this.path, true);
    const stages = join(this.path, "stages");
    for (const name of existsSync(stages) ? readdirSync(stages) : []) {
      if (!name.endsWith(PARTIAL)) continue;
      const partial = join(stages, name);
      if (existsSync(partial.slice(0, -PARTIAL.length))) rmSync(partial, { recursive: true });
      else sweepTemporaryFiles(partial, true);
    }
  }
}

/** Remove what is in `folder` but the files `names`. */
function keepOnly(folder: string, names: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    if (!names.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

const digestsOf = (folder: string, names: readonly string[]): Record<string, Digest> =>
  Object.fromEntries(names.map((name) => [name, digestFile(join(folder, name))]));

const againHint = "move the folder away to make the stage again";

function readStageRecord(folder: string, name: string, key: string): StageRecord {
  const path = join(folder, RECORD);
  if (!existsSync(path)) {
    throw new CnntargzError("artifact", `${folder} has no ${RECORD}: ${againHint}`);
  }
  const record = readArtifact(path, StageRecord);
  if (record.stage !== name || record.key !== key) {
    throw new CnntargzError(
      "artifact",
      `${path} is damaged or was changed: it is of stage ${record.stage} with key ${record.key}, stage ${name} with key ${key} is in this folder: ${againHint}`,
    );
  }
  return record;
}

/** The files of a finished stage must be what they were when it was finished; others do not matter. */
function assertUnchanged(folder: string, recorded: Readonly<Record<string, string>>): void {
  const changed = Object.entries(recorded).filter(([name, digest]) => {
    const path = join(folder, name);
    return !existsSync(path) || digestFile(path) !== digest;
  });
  if (changed.length === 0) return;
  throw new CnntargzError(
    "artifact",
    `${changed.map(([name]) => name).join(", ")} in ${folder} is not what the stage wrote, or ${join(folder, RECORD)} is damaged: ${againHint}`,
  );
}
