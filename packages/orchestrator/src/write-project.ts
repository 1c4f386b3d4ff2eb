import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import { CnntargzError, Digest, type HlsProject, optionsCheck, z } from "@cnntargz/contracts";
import { includeFolder } from "@cnntargz/eda";
import { digestBytes, readArtifact, writeArtifact, writeTree } from "@cnntargz/stage-kit";

import { BUILD_OPTIONS } from "./changed-firmware.js";
import { filesBelow } from "./files-below.js";
import { listSome } from "./list-some.js";
import { ProjectRecord } from "./project-record.js";
import { readRunFiles } from "./run-files.js";
import { isRunDirectory } from "./run-manifest.js";

/** Lies in every project that was written here. */
const RECORD = "cnntargz-project.json";

/** From what a project is made, and what it may replace. */
export interface WriteProjectOptions {
  /** The network's name, and the digest of where it was read ({@link originOf}). */
  readonly network: string;
  readonly origin: Digest;
  /** Replace also a project of another origin, or one that was changed. */
  readonly force: boolean;
  /** A file in the folder that the project was made of, and that may be replaced therefore. */
  readonly source?: string | undefined;
}

const checkOptions = optionsCheck<WriteProjectOptions>("writeProject", {
  network: z.string(),
  origin: Digest,
  force: z.boolean(),
  source: z.string().optional(),
});

/** Digest of the file that a network is read from: of a run, its trained model. */
export function originOf(path: string): Digest {
  return digestBytes(readFileSync(isRunDirectory(path) ? readRunFiles(path).model : path));
}

/** A project's files, and the headers that an ordinary compiler needs in place of the vendor's. */
export function projectFiles(project: HlsProject): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(includeFolder())) {
    files[`firmware/ap_types/${name}`] = readFileSync(join(includeFolder(), name), "utf8");
  }
  return { ...files, ...project.files };
}

/** The digest of each file of `paths` that there is. */
function digestsOf(folder: string, paths: Iterable<string>): Map<string, Digest> {
  const digests = new Map<string, Digest>();
  for (const path of paths) {
    const file = join(folder, path);
    if (existsSync(file)) digests.set(path, digestBytes(readFileSync(file)));
  }
  return digests;
}

/** The record in a folder; null when there is none, or none to read where anything may be replaced. */
function readRecord(folder: string, force: boolean): ProjectRecord | null {
  const file = join(folder, RECORD);
  if (!existsSync(file)) return null;
  try {
    return readArtifact(file, ProjectRecord);
  } catch (error) {
    if (force) return null;
    throw error;
  }
}

/** What, but for what is to be written there, a folder holds. */
function othersIn(folder: string, files: Readonly<Record<string, string>>): string[] {
  return filesBelow(folder)
    .map((path) => relative(folder, path).replaceAll("\\", "/"))
    .filter(
      (path) =>
        files[path] === undefined || readFileSync(join(folder, path), "utf8") !== files[path],
    );
}

/** Why a project may not be written into a folder; null when it may. */
function objection(
  folder: string,
  earlier: ProjectRecord | null,
  lost: readonly string[],
  { network, origin }: WriteProjectOptions,
): string | null {
  if (earlier === null) {
    return lost.length === 0
      ? null
      : `${folder} holds an HLS project without ${RECORD}, so not one of cnntargz convert or an older one`;
  }
  if (earlier.origin !== origin) {
    return `${folder} holds the project of another network: ${earlier.network} (origin ${earlier.origin.slice(0, 12)}), not ${network} (origin ${origin.slice(0, 12)})`;
  }
  if (lost.length === 0) return null;
  const were = lost.length === 1 ? "1 file was" : `${lost.length} files were`;
  return `${folder}: ${were} changed by hand since cnntargz wrote the project: ${listSome(lost)}`;
}

/**
 * Write a project into a folder: a new one, or one that holds a project of the same origin in which
 * nothing was changed by hand. Other files, such as what tools have built, stay; files of the earlier
 * project that this one does not have go. A build_opt.tcl that tools have changed stays as it is.
 *
 * @returns the paths that were written
 * @throws CnntargzError `config`, before anything is written, when the folder holds something else than
 * a project, the project of another network, or files that were changed since they were written;
 * `artifact` when its record can not be read.
 */
export function writeProject(
  folder: string,
  project: HlsProject,
  options: WriteProjectOptions,
): string[] {
  checkOptions(options);
  const { network, origin, force, source } = options;
  const files = projectFiles(project);
  const earlier = readRecord(folder, force);
  const others = earlier === null && existsSync(folder) ? othersIn(folder, files) : [];
  if (others.length > 0 && !existsSync(join(folder, "project.tcl"))) {
    throw new CnntargzError(
      "config",
      `${folder} holds files but no HLS project (project.tcl), such as ${listSome(others)}; choose another folder`,
    );
  }

  const written = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, digestBytes(text)]),
  );
  const found = digestsOf(folder, Object.keys({ ...earlier?.files, ...written }));
  const changed = [...found.keys()].filter(
    (path) => found.get(path) !== earlier?.files[path] && found.get(path) !== written[path],
  );
  const lost = changed.filter(
    (path) =>
      written[path] !== undefined &&
      path !== BUILD_OPTIONS &&
      (source === undefined || resolve(source) !== resolve(folder, path)),
  );
  const why = objection(folder, earlier, earlier === null ? others : lost, options);
  if (why !== null && !force) {
    throw new CnntargzError(
      "config",
      `${why}; give another folder, or replace it with --force (what stands there is lost then)`,
    );
  }

  for (const path of Object.keys(earlier?.files ?? {})) {
    if (files[path] === undefined && !changed.includes(path)) {
      rmSync(join(folder, path), { force: true });
    }
  }
  const keepsSwitches = !force && changed.includes(BUILD_OPTIONS);
  const toWrite = Object.entries(files).filter(
    ([path]) => path !== BUILD_OPTIONS || !keepsSwitches,
  );
  writeTree(folder, Object.fromEntries(toWrite), project.executables);
  // Last: an interrupted write leaves the earlier record, or none, and the same command goes on.
  writeArtifact(join(folder, RECORD), ProjectRecord, {
    kind: "project-record",
    schemaVersion: 1,
    network,
    origin,
    files: written,
  });
  return [...toWrite.map(([path]) => path), RECORD].sort();
}
