import { randomBytes } from "node:crypto";
import {
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import { beginFile, ownProcess, processState } from "@cnntargz/stage-kit";
import { z } from "zod";

/** Time between two signs of life. */
const HEARTBEAT_MS = 5_000;
/** Without a sign for so long, a holder that can not be asked counts as dead. */
const STALE_MS = 120_000;

const Holder = z.object({
  token: z.string(),
  host: z.string(),
  machine: z.string(),
  pid: z.int(),
  start: z.string().nullable(),
});
type Holder = z.infer<typeof Holder>;

function readHolder(text: string | null): Holder | null {
  try {
    return Holder.parse(JSON.parse(text ?? ""));
  } catch {
    return null;
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

const nameOf = (holder: Holder | null): string =>
  holder === null ? "an unknown process" : `process ${holder.pid} on ${holder.host}`;

/** Whether the holder is surely or very likely no more. */
function isGone(path: string, holder: Holder | null): boolean {
  const state = holder === null ? "unknown" : processState(holder);
  if (state !== "unknown") return state === "dead";
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined || Date.now() - stat.mtimeMs > STALE_MS;
}

/**
 * The right to write to a run directory, held by one process at a time: the file `.lock` in it says by
 * which. A holder on this machine keeps it for as long as it runs, however busy; one that has died
 * frees it at once. A holder elsewhere shows by the file's time that it lives.
 */
export class RunLock {
  /** Aborted, with a CnntargzError as reason, when another process has taken the directory. */
  readonly signal: AbortSignal;
  readonly #abort = new AbortController();
  readonly #folder: string;
  readonly #path: string;
  readonly #text: string;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #onExit = (): void => {
    this.release();
  };

  private constructor(folder: string, path: string, text: string) {
    this.signal = this.#abort.signal;
    this.#folder = folder;
    this.#path = path;
    this.#text = text;
    this.#heartbeat = setInterval(() => {
      this.#beat();
    }, HEARTBEAT_MS).unref();
    process.once("exit", this.#onExit);
  }

  /**
   * Take the lock of the folder.
   *
   * @throws CnntargzError `config` that says who holds it; system errors when it can not be written.
   */
  static acquire(folder: string): RunLock {
    const path = join(folder, ".lock");
    const token = randomBytes(8).toString("hex");
    const text = JSON.stringify({ token, host: hostname(), ...ownProcess() });
    while (!place(path, text)) {
      const found = textOf(path);
      if (found === null && statSync(path, { throwIfNoEntry: false }) === undefined) continue;
      const holder = readHolder(found);
      if (!isGone(path, holder) || !removeOf(path, found)) {
        throw new CnntargzError(
          "config",
          `${folder} is being written by another run (${nameOf(holder)}): wait for it, or give another --out; if it runs no more, remove ${path}`,
        );
      }
    }
    return new RunLock(folder, path, text);
  }

  /**
   * The lock must still be ours: call before each write.
   *
   * @throws CnntargzError `artifact` when another process has taken it.
   */
  assertHeld(): void {
    if (!this.signal.aborted && textOf(this.#path) !== this.#text) {
      const taker = textOf(this.#path);
      const by = taker === null ? "its lock was removed" : `${nameOf(readHolder(taker))} took it`;
      this.#abort.abort(
        new CnntargzError(
          "artifact",
          `${this.#folder} is no longer this run's to write (${by}), so it stops here: when no other run writes there, the same command goes on where it was`,
        ),
      );
    }
    this.signal.throwIfAborted();
  }

  /** Let others write again. */
  release(): void {
    clearInterval(this.#heartbeat);
    process.off("exit", this.#onExit);
    if (textOf(this.#path) === this.#text) rmSync(this.#path, { force: true });
  }

  #beat(): void {
    try {
      this.assertHeld();
      const now = new Date();
      utimesSync(this.#path, now, now);
    } catch {
      // The signal tells of a lost lock; a sign that could not be given is given next time.
    }
  }
}

/** Put the lock there with all that it says, unless there is one. */
function place(path: string, text: string): boolean {
  const own = beginFile(path);
  try {
    writeFileSync(own.temporary, text, { flag: "wx" });
    try {
      linkSync(own.temporary, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      // A file system without links.
      writeFileSync(path, text, { flag: "wx" });
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    own.abandon();
  }
}

/** Remove the lock that says `text`; one that another process has put there meanwhile stays. */
function removeOf(path: string, text: string | null): boolean {
  const { temporary: aside, abandon } = beginFile(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    // Another process was faster; who has the lock now is seen in the next round.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw error;
  }
  const isIt = textOf(aside) === text;
  try {
    if (!isIt) linkSync(aside, path);
  } finally {
    abandon();
  }
  return isIt;
}
