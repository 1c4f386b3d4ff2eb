import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";

import { systemFault } from "@cnntargz/contracts";

/** How a process ended. */
export interface Ending {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly killedBy: string | null;
  readonly timedOut: boolean;
}

/** What to run and who listens. */
export interface LoggedRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Gets every byte, as it comes. */
  readonly logPath: string;
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal | undefined;
  /** Bytes that are no UTF-8 come as replacement characters. */
  readonly onLine: (line: string) => void;
}

/** How long a process may take to end when asked to. */
const GRACE_MS = 5000;

/** Cuts bytes into lines; a progress bar's carriage returns end lines, too. */
function lineReader(onLine: (line: string) => void) {
  const decoder = new TextDecoder();
  let rest = "";
  const take = (text: string): void => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
  };
  return {
    bytes(chunk: Uint8Array): void {
      take(decoder.decode(chunk, { stream: true }));
    },
    end(): void {
      take(decoder.decode());
      if (rest !== "") onLine(rest.replace(/\r$/, ""));
    },
  };
}

/**
 * Run a program with everything it starts in a process group of its own, log what it prints, and end
 * the whole group on timeout or abort: asked first, killed after five seconds.
 *
 * @throws the signal's reason when aborted, after all processes are gone; CnntargzError `system` when
 * the program can not be started or the log not be written.
 */
export async function runLogged(run: LoggedRun): Promise<Ending> {
  const { signal, timeoutMs } = run;
  signal?.throwIfAborted();
  const log = createWriteStream(run.logPath);
  const logged = finished(log);
  // Its error is thrown where it is awaited.
  logged.catch(() => undefined);
  const child = spawn(run.file, run.args, {
    cwd: run.cwd,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own on POSIX; on Windows it would only open a console.
    detached: process.platform !== "win32",
  });

  const kill = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      if (process.platform === "win32") child.kill(name);
      else process.kill(-child.pid, name);
    } catch {
      // They are gone.
    }
  };
  const killNow = (): void => {
    kill("SIGKILL");
  };
  let timedOut = false;
  let grace: NodeJS.Timeout | undefined;
  const stop = (): void => {
    kill("SIGTERM");
    grace ??= setTimeout(killNow, GRACE_MS);
  };
  const timer =
    timeoutMs === null
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          stop();
        }, timeoutMs);
  signal?.addEventListener("abort", stop, { once: true });
  process.once("exit", killNow);

  try {
    const ending = await new Promise<{ code: number | null; by: string | null }>(
      (resolve, reject) => {
        for (const stream of [child.stdout, child.stderr]) {
          const lines = lineReader(run.onLine);
          stream.on("data", (chunk: Buffer) => {
            log.write(chunk);
            lines.bytes(chunk);
          });
          stream.on("end", () => {
            lines.end();
          });
        }
        child.on("error", (error) => {
          reject(systemFault(error, run.file));
        });
        // Not `exit`: what the tool said last must be heard, too.
        child.on("close", (code, by) => {
          resolve({ code, by });
        });
        // A tool that is gone may have left children that hold its output open.
        child.on("exit", () => {
          grace ??= setTimeout(killNow, GRACE_MS);
        });
      },
    );
    signal?.throwIfAborted();
    return { exitCode: ending.code, killedBy: ending.by, timedOut };
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    signal?.removeEventListener("abort", stop);
    process.off("exit", killNow);
    // Whatever is left of the group, such as a simulator whose parent has died.
    killNow();
    log.end();
    await logged.catch((error: unknown) => {
      throw systemFault(error, run.logPath);
    });
  }
}
