// A process that does one training job: told by its first message, stopped by its second.
import { CnntargzError, parseContract, systemFault } from "@cnntargz/contracts";

import { runTrainingJob } from "./run-training-job.js";
import { type JobMessage, STOP, TrainingJob } from "./training-job.js";

const abort = new AbortController();
const tell = (message: JobMessage): void => {
  // A parent that is gone is noticed by `disconnect`, or here by the pipe that it has closed.
  if (process.connected) process.send!(message, undefined, undefined, leaveIfGone);
};

function leaveIfGone(error: Error | null): void {
  if (error !== null) process.exit(1);
}
// What a library prints may find the parent gone as well.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", () => process.exit(1));
}

// Ctrl-C reaches the whole process group; the parent says when to stop.
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => undefined);
process.once("disconnect", () => process.exit(1));

async function work(message: unknown): Promise<void> {
  const job = parseContract(TrainingJob, message, "training job");
  await runTrainingJob(job, {
    signal: abort.signal,
    onProgress: (progress) => {
      tell({ kind: "progress", progress });
    },
    logger: {
      info: (text) => {
        tell({ kind: "info", message: text });
      },
      warn: (text) => {
        tell({ kind: "warn", message: text });
      },
    },
  });
}

process.once("message", (job) => {
  process.on("message", (message) => {
    if (message === STOP) abort.abort();
  });
  work(job)
    .then(
      () => {
        tell({ kind: "done" });
      },
      (thrown: unknown) => {
        const error = systemFault(thrown);
        const code = error instanceof CnntargzError ? error.code : null;
        const text = error instanceof Error ? error.message : String(error);
        tell({ kind: "failed", code, message: text });
      },
    )
    .finally(() => {
      process.removeAllListeners("disconnect");
      process.disconnect();
    });
});
