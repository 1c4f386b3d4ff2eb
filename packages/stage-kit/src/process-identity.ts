import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

import { digestBytes } from "./digest.js";

/** A process, told apart from every other one as far as the system lets us. */
export interface ProcessIdentity {
  /** Where its number means something: host, and on Linux the boot and the container. */
  readonly machine: string;
  readonly pid: number;
  /** When it started, in the system's own count; null where there is no /proc. */
  readonly start: string | null;
}

function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

const machine = digestBytes(
  [
    hostname(),
    attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
    attempt(() => readlinkSync("/proc/self/ns/pid")),
  ].join("\n"),
).slice(0, 8);

function startOf(pid: number): string | null {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // From field 3 on; the second is a name in parentheses, which may hold blanks.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ") ?? [];
  // A zombie has ended, though its number is still taken.
  return fields[0] === "Z" ? null : (fields[19] ?? null);
}

/** This process. */
export function ownProcess(): ProcessIdentity {
  return { machine, pid: process.pid, start: startOf(process.pid) };
}

/**
 * Whether a process still runs: `unknown` on another machine, and where its number may have gone to
 * another process since.
 */
export function processState({
  machine: where,
  pid,
  start,
}: ProcessIdentity): "alive" | "dead" | "unknown" {
  if (where !== machine) return "unknown";
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return "dead";
  }
  if (start === null) return "unknown";
  return startOf(pid) === start ? "alive" : "dead";
}
