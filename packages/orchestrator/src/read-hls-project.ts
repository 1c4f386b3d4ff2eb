import { type Dirent, existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import {
  isVendorReport,
  mergeReports,
  parseHlsApp,
  parseVendorReport,
  type ReadReport,
} from "@cnntargz/fpga-eval";

import { readReportFile } from "./read-report-file.js";

/** Reports of one solution of an HLS project, merged where they agree. */
export interface SolutionReports {
  /** Name of the solution; null where the folder has a single one or none. */
  readonly solution: string | null;
  readonly reports: readonly ReadReport[];
}

/** What Vivado HLS and Vitis HLS call the list of a project's solutions. */
const APPS = ["vivado_hls.app", "hls.app"];
/** Levels below a solution's `impl` where Vivado's reports are looked for. */
const IMPL_DEPTH = 6;

const entriesOf = (folder: string): Dirent[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    : [];

const foldersIn = (folder: string): string[] =>
  entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));

/** A solution's folder, and its top function where a list names it. */
interface Solution {
  readonly folder: string;
  readonly top: string | null;
}

/** Solutions of the HLS project in `root` or in a folder right below it. */
function findSolutions(root: string): Solution[] {
  const apps = [root, ...foldersIn(root)].flatMap((folder) =>
    APPS.map((name) => join(folder, name)).filter((path) => existsSync(path)),
  );
  if (apps.length > 1) {
    throw new CnntargzError(
      "artifact",
      `${root} has several HLS projects: ${apps.map((app) => relative(root, app)).join(", ")}; give the folder of one`,
    );
  }
  const isSolution = (folder: string) => existsSync(join(folder, "syn", "report"));
  const [app] = apps;
  if (app === undefined) {
    // Components of Vitis 2024 and later have no list: the solution is one or two levels down.
    return [root, ...foldersIn(root), ...foldersIn(root).flatMap(foldersIn)]
      .filter(isSolution)
      .map((folder) => ({ folder, top: null }));
  }
  const { top, solutions } = parseHlsApp(readReportFile(app), app);
  return solutions
    .map((name) => ({ folder: join(app, "..", name), top }))
    .filter(({ folder }) => existsSync(folder));
}

/** The top function by the one report of C-synthesis that is there, or as the project's summary says. */
function guessTop(folder: string): string | null {
  const reports = join(folder, "syn", "report");
  const names = entriesOf(reports).map(({ name }) => name);
  const tops = new Set(
    names.flatMap((name) => /^(.+)_csynth\.(?:xml|rpt)$/.exec(name)?.slice(1, 2) ?? []),
  );
  if (tops.size === 1) return [...tops][0]!;
  const summary = names.find((name) => name === "csynth.xml" || name === "csynth.rpt");
  if (summary === undefined) return null;
  const path = join(reports, summary);
  return parseVendorReport(readReportFile(path), path).design;
}

/** Text reports right in `folder`, and with `depth` below it. */
function textReports(folder: string, depth: number): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth > 0 ? textReports(path, depth - 1) : [];
    return /\.rpt$/.test(entry.name) && isVendorReport(readReportFile(path)) ? [path] : [];
  });
}

/** Paths of the reports of one solution. */
function solutionFiles({ folder, top: listedTop }: Solution): string[] {
  const top = listedTop ?? guessTop(folder);
  const there = (...names: readonly (readonly string[])[]) =>
    names.map((parts) => join(folder, ...parts)).filter((path) => existsSync(path));
  const own =
    top === null
      ? []
      : there(["syn", "report", `${top}_csynth.xml`], ["syn", "report", `${top}_csynth.rpt`]);
  return [
    // The project's summary differs from the top's own report in small ways; it stands in for it.
    ...(own.length > 0
      ? own
      : there(["syn", "report", "csynth.xml"], ["syn", "report", "csynth.rpt"]).slice(0, 1)),
    ...(top === null
      ? []
      : there(["csim", "report", `${top}_csim.log`], ["sim", "report", `${top}_cosim.rpt`])),
    ...textReports(join(folder, "impl"), IMPL_DEPTH),
  ];
}

/**
 * Read the reports of an HLS project: C-synthesis, simulations and implementation of each solution, and
 * what lies beside the project, such as hls4ml's `vivado_synth.rpt`. Also reads a folder that just
 * holds reports. Reports of the same step become one where they agree.
 *
 * @returns nothing for a folder without reports
 * @throws CnntargzError `artifact` when a report is broken or the folder holds several projects.
 */
export function readHlsProject(root: string): SolutionReports[] {
  const read = (paths: readonly string[]) =>
    mergeReports(
      paths.map((path) => ({
        files: [path],
        report: parseVendorReport(readReportFile(path), path),
      })),
    );
  const solutions = findSolutions(root);
  const beside = textReports(root, 0);
  if (solutions.length <= 1) {
    const reports = read([...solutions.flatMap(solutionFiles), ...beside]);
    return reports.length === 0 ? [] : [{ solution: null, reports }];
  }
  // Nothing says which of several solutions a report beside them is about.
  return [
    ...solutions.map((solution) => ({
      solution: relative(join(solution.folder, ".."), solution.folder),
      reports: read(solutionFiles(solution)),
    })),
    { solution: "beside the solutions", reports: read(beside) },
  ].filter(({ reports }) => reports.length > 0);
}
