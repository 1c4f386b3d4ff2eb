import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import type { ProjectFolder } from "./read-project-folder.js";

/** A report as a tool has written it. */
export interface ReportFile {
  /** Relative to the project's folder, with forward slashes. */
  readonly path: string;
  /** Bytes that are no UTF-8 are replacement characters. */
  readonly text: string;
}

/** Reports lie in folders of that name; what else the tools write is for themselves. */
const IS_REPORT = /(?:^|\/)reports?\/.*\.(?:rpt|xml|log)$|(?:^|\/)(?:vivado_)?hls\.app$/;
const AT_ROOT = "vivado_synth.rpt";

/** When each report was written, by path relative to the project's folder. */
export type ReportTimes = ReadonlyMap<string, number>;

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    // Hidden folders hold the tools' databases, gigabytes of them.
    if (entry.isDirectory() && !entry.name.startsWith(".")) paths.push(...(await walk(path)));
    else if (entry.isFile()) paths.push(path);
  }
  return paths;
}

/** The reports that are there, and when they were written. */
export async function reportTimes({ folder, projectName }: ProjectFolder): Promise<ReportTimes> {
  const paths = [...(await walk(join(folder, `${projectName}_prj`))), join(folder, AT_ROOT)];
  const times = new Map<string, number>();
  for (const path of paths) {
    const name = relative(folder, path).split(sep).join("/");
    if (name !== AT_ROOT && !IS_REPORT.test(name)) continue;
    const written = await stat(path).catch(() => null);
    if (written !== null) times.set(name, written.mtimeMs);
  }
  return times;
}

/** The reports that were written since `before`: an earlier run's are not this run's. */
export async function newReports(
  project: ProjectFolder,
  before: ReportTimes,
): Promise<ReportFile[]> {
  const reports: ReportFile[] = [];
  for (const [path, time] of await reportTimes(project)) {
    if (before.get(path) === time) continue;
    reports.push({ path, text: await readFile(join(project.folder, path), "utf8") });
  }
  return reports;
}
