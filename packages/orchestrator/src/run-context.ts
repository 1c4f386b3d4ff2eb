import type { Provenance, StageContext } from "@cnntargz/contracts";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

import type { RunConfig } from "./config.js";
import type { Console } from "./console.js";
import type { RunDirectory, StageFiles, StageResult } from "./run-directory.js";
import { packageVersions } from "./versions.js";

/** What every stage of a run shares. */
export class RunContext {
  readonly config: RunConfig;
  readonly directory: RunDirectory;
  readonly console: Console;
  readonly signal: AbortSignal;
  /** Processes or threads that the run may use; no bit depends on it. */
  readonly processes: number;
  /** Digests of the stages made so far, by name. */
  readonly digests: Record<string, string> = {};

  constructor(
    config: RunConfig,
    directory: RunDirectory,
    console: Console,
    signal: AbortSignal | undefined,
    processes: number,
  ) {
    this.config = config;
    this.directory = directory;
    this.console = console;
    // Another process that takes the directory stops the run as its user does.
    this.signal = AbortSignal.any([directory.signal, ...(signal === undefined ? [] : [signal])]);
    this.processes = processes;
  }

  /** Random stream, signal and progress of a stage. */
  stageContext(stage: string): StageContext {
    return {
      rng: createRng(deriveKey(this.config.seed, stage)),
      signal: this.signal,
      logger: this.console,
      onProgress: ({ task, fraction }) => {
        this.console.progress({ task: `${stage}: ${task}`, fraction });
      },
    };
  }

  /**
   * Where an artifact of `stage` comes from: the digests of the stages in `from`, the
   * configuration slice and the versions of the packages that compute.
   */
  provenance(
    stage: string,
    from: readonly string[],
    packages: readonly string[],
    config: unknown,
  ): Provenance {
    return {
      stage,
      packages: packageVersions(packages.map((name) => `@cnntargz/${name}`)),
      seed: this.config.seed,
      inputs: Object.fromEntries(from.map((name) => [name, this.digests[name]!])),
      config: JSON.parse(JSON.stringify(config)) as Provenance["config"],
    };
  }

  /** Run (or take from the run directory) a stage that is decided by its provenance. */
  async stage(
    provenance: Provenance,
    files: StageFiles,
    compute: (folder: string) => Promise<void> | void,
  ): Promise<StageResult> {
    this.signal.throwIfAborted();
    const started = performance.now();
    const result = await this.directory.stage(provenance.stage, provenance, files, compute);
    this.digests[provenance.stage] = result.digest;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    this.console.info(
      `${provenance.stage}: ${result.cached ? "cached" : `${seconds} s`} (${result.digest.slice(0, 12)})`,
    );
    return result;
  }
}
