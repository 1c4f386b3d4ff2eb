import { optionsCheck, z } from "@cnntargz/contracts";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { onDisk } from "@cnntargz/contracts";

import { makeFolder } from "./make-folder.js";
import { ownProcess, processState } from "./process-identity.js";

/** A temporary name of ours; the second form is that of version 0.1.0. */
const TEMPORARY = /\.(?:([0-9a-f]{8})-(\d+)-[0-9a-f]{8}|[0-9a-f]{12})\.tmp$/;
/** Whether a name is that of a file that is being written, or was when its writer was killed. */
export const isTemporaryFile = (name: string): boolean => TEMPORARY.test(name);

/** What nobody has written to for so long is given up, whoever wrote it. */
const ABANDONED_MS = 24 * 3600 * 1000;

/** A file that is being written under another name until it is whole. */
export interface FileInProgress {
  /** Write here. */
  readonly temporary: string;
  /** On the disk and under its own name: from here on it is whole, even after a loss of power. */
  readonly commit: () => void;
  /** Nothing of it remains. */
  readonly abandon: () => void;
}

/** Whether the writer of a temporary file can not go on any more. */
function isAbandoned(folder: string, name: string): boolean {
  const [, machine, pid] = TEMPORARY.exec(name)!;
  if (machine !== undefined) {
    const writer = { machine, pid: Number(pid), start: null };
    if (processState(writer) === "dead") return true;
  }
  const stat = statSync(join(folder, name), { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED_MS;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Remove the temporary files right in `folder` that writers left which are no more; with `all`, those
 * of living ones too, for a caller that knows of none. Nothing happens where there is no such folder.
 */
export function sweepTemporaryFiles(folder: string, all = false): void {
  for (const name of entriesOf(folder)) {
    if (!isTemporaryFile(name) || !(all || isAbandoned(folder, name))) continue;
    rmSync(join(folder, name), { force: true });
  }
}

/** Begin to write the file `path`: folders are made as needed, what killed writers of it left is removed. */
export function beginFile(path: string): FileInProgress {
  const folder = dirname(path);
  makeFolder(folder);
  const prefix = `${basename(path)}.`;
  for (const name of entriesOf(folder)) {
    const isOurs = name.startsWith(prefix) && TEMPORARY.exec(name)?.index === prefix.length - 1;
    if (isOurs && isAbandoned(folder, name)) rmSync(join(folder, name), { force: true });
  }
  const { machine, pid } = ownProcess();
  const temporary = `${path}.${machine}-${pid}-${randomBytes(4).toString("hex")}.tmp`;
  return {
    temporary,
    commit: () => {
      // Else a loss of power may leave the new name on an empty file.
      onDisk(path, () => {
        syncPath(temporary, "r+");
        renameSync(temporary, path);
      });
      syncFolder(folder);
    },
    abandon: () => {
      try {
        rmSync(temporary, { force: true });
      } catch {
        // Why it was given up says more; the next writer sweeps it.
      }
    },
  };
}

function syncPath(path: string, flags: string): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Bring names in a folder to the disk, where the system can do that. */
export function syncFolder(folder: string): void {
  try {
    syncPath(folder, "r");
  } catch {
    // Windows and some network file systems know no such thing.
  }
}

/** How {@link writeFileAtomic} writes. */
export interface WriteOptions {
  /** Permissions, `0o666` without the umask when left out. */
  readonly mode?: number;
}

const checkOptions = optionsCheck<WriteOptions>("writeFileAtomic", {
  mode: z.int().min(0).max(0o7777).optional(),
});

/**
 * Write a file so that it appears whole or not at all: under a temporary name in the same folder,
 * brought to the disk, then renamed. Folders are made as needed.
 *
 * @throws CnntargzError `system` when the system refuses.
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): void {
  checkOptions(options);
  const { mode = 0o666 } = options;
  const file = beginFile(path);
  try {
    onDisk(path, () => {
      writeFileSync(file.temporary, content, { flag: "wx", mode });
    });
    file.commit();
  } catch (error) {
    file.abandon();
    throw error;
  }
}
