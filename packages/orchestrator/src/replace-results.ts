import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

import type { Digest } from "@cnntargz/contracts";
import {
  canonicalJson,
  digestBytes,
  digestFile,
  readArtifact,
  sweepTemporaryFiles,
  syncFolder,
  writeFileAtomic,
} from "@cnntargz/stage-kit";

import { BUILD_OPTIONS } from "./changed-firmware.js";
import { filesBelow } from "./files-below.js";
import type { RunDirectory } from "./run-directory.js";
import {
  isRunDirectory,
  Journal,
  JOURNAL_FILE,
  MANIFEST_FILE,
  manifestText,
  readManifest,
} from "./run-manifest.js";
import { RECORD_FILE } from "./stages/record.js";

/** All that a run leaves outside of its stages. */
export interface RunResults {
  /** What its manifest says besides the digests of `files`. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Contents by path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Those of them that are programs. */
  readonly executables: readonly string[];
}

const FIRMWARE = "firmware";
const FIGURES = "figures";

/**
 * What runs have written into the directory, as far as it is known: one that was killed while it was
 * replacing another's files has left a journal.
 */
function knownFiles(folder: string): Journal {
  const journal = join(folder, JOURNAL_FILE);
  try {
    if (existsSync(journal)) return readArtifact(journal, Journal);
    if (!isRunDirectory(folder)) return {};
    const { files } = readManifest(folder);
    // Version 0.1.0 listed none; of its files only predictions have names that another run may not use.
    if (files === undefined) return predictionsIn(folder);
    return Object.fromEntries(Object.entries(files).map(([path, digest]) => [path, [digest]]));
  } catch {
    // Damaged: it is about to be replaced, and what nobody knows of is not removed.
    return {};
  }
}

const predictionsIn = (folder: string): Journal =>
  Object.fromEntries(
    readdirSync(join(folder, "predictions"))
      .filter((name) => name.endsWith(".json"))
      .map((name) => [`predictions/${name}`, []]),
  );

const digestIfThere = (path: string): Digest | null => (existsSync(path) ? digestFile(path) : null);

const filesIn = (folder: string): string[] => (existsSync(folder) ? filesBelow(folder) : []);

/**
 * Why `firmware/` must not be written over: its sources were edited, or tools have left files of another
 * design in it. null when nothing would be lost or mistaken.
 */
function reasonToKeep(
  root: string,
  known: Journal,
  digests: Readonly<Record<string, Digest>>,
): string | null {
  const isFirmware = (path: string): boolean => path.startsWith(`${FIRMWARE}/`);
  const wanted = Object.keys(digests).filter(
    (path) => isFirmware(path) && path !== `${FIRMWARE}/${BUILD_OPTIONS}`,
  );
  const edited = wanted.filter((path) => {
    const found = digestIfThere(join(root, path));
    return found !== null && found !== digests[path] && !(known[path] ?? []).includes(found);
  });
  if (edited.length > 0) return `${edited.join(", ")} changed since a run wrote it`;
  const isSame = Object.entries(known).every(
    ([path, each]) => !isFirmware(path) || each.every((digest) => digest === digests[path]),
  );
  if (isSame) return null;
  const paths = new Set(
    [...Object.keys(digests), ...Object.keys(known)].map((path) => join(root, path)),
  );
  const [other] = filesIn(join(root, FIRMWARE)).filter((path) => !paths.has(path));
  return other === undefined ? null : `it holds ${other}, made from another design`;
}

function moveAside(root: string): string {
  let count = 1;
  while (existsSync(join(root, `${FIRMWARE}-${count}`))) count++;
  const aside = join(root, `${FIRMWARE}-${count}`);
  renameSync(join(root, FIRMWARE), aside);
  return aside;
}

/** Figures of other formats than those wanted, which `cnntargz report` has made of an earlier run. */
function otherFormats(root: string, paths: readonly string[]): string[] {
  const stem = (path: string): string => basename(path).split(".")[0]!;
  const stems = new Set(paths.filter((path) => dirname(path) === FIGURES).map(stem));
  return filesIn(join(root, FIGURES)).filter(
    (path) => stems.has(stem(path)) && /\.(?:svg|png|vl\.json)$/.test(path),
  );
}

/** Every digest that a file of the run may have until all are replaced. */
function journalOf(known: Journal, digests: Readonly<Record<string, Digest>>): Journal {
  const journal: Record<string, Digest[]> = {};
  for (const [path, digest] of [
    ...Object.entries(known).flatMap(([path, each]) => each.map((one) => [path, one] as const)),
    ...Object.entries(digests),
  ]) {
    journal[path] = [...new Set([...(journal[path] ?? []), digest])];
  }
  return journal;
}

/**
 * Put the results of a run into its directory in place of those of an earlier one, so that a reader
 * never sees files of two runs as one: the manifest goes first and comes last, and what the earlier run
 * wrote and this one does not is removed. Killed in between, the directory counts as unfinished until a
 * run ends there. Edited firmware, and what tools have built from another design, is moved aside.
 *
 * @throws CnntargzError `artifact` when another process has taken the directory.
 */
export function replaceResults(
  directory: RunDirectory,
  { manifest, files, executables }: RunResults,
  warn: (message: string) => void,
): void {
  const root = directory.path;
  const at = (path: string): string => join(root, path);
  const digests = Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, digestBytes(content)]),
  );
  const isThere = (path: string): boolean => digestIfThere(at(path)) === digests[path];
  const text = manifestText({ ...manifest, files: digests });
  directory.assertHeld();
  for (const folder of new Set(Object.keys(files).map(dirname))) {
    sweepTemporaryFiles(at(folder), true);
  }
  const isDone =
    digestIfThere(at(MANIFEST_FILE)) === digestBytes(text) && Object.keys(files).every(isThere);
  if (!isDone) {
    const known = knownFiles(root);
    writeFileAtomic(at(JOURNAL_FILE), `${canonicalJson(journalOf(known, digests))}\n`);
    rmSync(at(MANIFEST_FILE), { force: true });
    syncFolder(root);
    const reason = reasonToKeep(root, known, digests);
    if (reason !== null) warn(`${moveAside(root)} is what ${at(FIRMWARE)} was: ${reason}`);
    const old = Object.keys(known);
    const isSameRecord = known[RECORD_FILE]?.every((digest) => digest === digests[RECORD_FILE]);
    const formats =
      isSameRecord === true ? [] : otherFormats(root, [...old, ...Object.keys(files)]);
    for (const path of [...old.map(at), ...formats]) {
      if (files[relative(root, path).split(sep).join("/")] === undefined) {
        rmSync(path, { force: true });
      }
    }
    for (const path of Object.keys(files).filter((path) => !isThere(path))) {
      directory.assertHeld();
      const mode = executables.includes(path) ? 0o755 : 0o666;
      writeFileAtomic(at(path), files[path]!, { mode });
    }
    directory.assertHeld();
    writeFileAtomic(at(MANIFEST_FILE), text);
  }
  rmSync(at(JOURNAL_FILE), { force: true });
}
