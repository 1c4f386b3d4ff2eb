import { fork } from "node:child_process";

import { checkContext, CnntargzError, parseOptions, type StageContext } from "@cnntargz/contracts";

import { type JobMessage, STOP, TrainingJob } from "./training-job.js";

/**
 * Do a training job in a process of its own, beside which this one stays free for another. The bytes
 * are those of the same training in this process. Its folder keeps the checkpoint when it ends early,
 * and the same job goes on from there.
 *
 * @throws CnntargzError as the training does, `tool` when the process dies; the signal's reason when
 * aborted.
 */
export function trainInProcess(
  job: TrainingJob,
  context: Omit<StageContext, "rng">,
): Promise<void> {
  checkContext(context, "trainInProcess");
  parseOptions(TrainingJob, job, "trainInProcess");
  const { signal, onProgress, logger } = context;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // Whatever a library prints there must not get among the results on stdout.
    const child = fork(new URL("./training-process.js", import.meta.url), {
      stdio: ["ignore", 2, 2, "ipc"],
    });
    const { stage } = job.provenance;
    let outcome: Error | "done" | null = null;
    const stop = (): void => {
      if (child.connected) child.send(STOP);
    };
    signal?.addEventListener("abort", stop);
    child.on("message", (message) => {
      const told = message as JobMessage;
      if (told.kind === "progress") onProgress?.(told.progress);
      else if (told.kind === "done") outcome = "done";
      else if (told.kind === "failed") {
        outcome =
          told.code === null ? new Error(told.message) : new CnntargzError(told.code, told.message);
      } else logger?.[told.kind](told.message);
    });
    child.on("error", (error) => {
      outcome ??= error;
    });
    child.on("close", (code, killedBy) => {
      signal?.removeEventListener("abort", stop);
      if (outcome === "done") resolve();
      else if (signal?.aborted === true) reject(signal.reason as Error);
      else {
        reject(
          outcome ??
            new CnntargzError(
              "tool",
              `the process of ${stage} ended with ${killedBy ?? `code ${String(code)}`} before it was done; the same command goes on from its checkpoint`,
            ),
        );
      }
    });
    child.send(job);
  });
}
