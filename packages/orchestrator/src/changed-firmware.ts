import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { digestFile } from "@cnntargz/stage-kit";

import { isRunDirectory, readManifest } from "./run-manifest.js";

/** What a build writes anew itself. */
export const BUILD_OPTIONS = "build_opt.tcl";

/**
 * Files of a run's firmware that are not as the run wrote them, by their paths in `folder`; none where
 * the folder is no run's.
 *
 * @throws CnntargzError `artifact` when the run's manifest can not be read.
 */
export function changedFirmware(folder: string): string[] {
  const root = dirname(resolve(folder));
  if (!isRunDirectory(root) || !existsSync(join(root, "stages"))) return [];
  const prefix = `${basename(resolve(folder))}/`;
  return Object.entries(readManifest(root).files ?? {}).flatMap(([path, digest]) => {
    const name = path.slice(prefix.length);
    if (!path.startsWith(prefix) || name === BUILD_OPTIONS) return [];
    return existsSync(join(root, path)) && digestFile(join(root, path)) === digest ? [] : [name];
  });
}
