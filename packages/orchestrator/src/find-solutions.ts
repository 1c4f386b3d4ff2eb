import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

import { parseHlsApp } from "@cnntargz/fpga-eval";

import type { ReportReader } from "./report-reader.js";

/** What Vivado HLS and Vitis HLS call the list of a project's solutions. */
const APPS = ["vivado_hls.app", "hls.app"];

/** A solution's folder, and its top function where a list names it. */
export interface Solution {
  /** Which of several it is, such as `solution1` or `myproject_prj/solution1`. */
  readonly label: string;
  readonly folder: string;
  readonly top: string | null;
}

const listsIn = (folder: string): string[] =>
  APPS.map((name) => join(folder, name)).filter((path) => existsSync(path));
const isProject = (folder: string) => listsIn(folder).length > 0;
const isSolution = (folder: string) => existsSync(join(folder, "syn", "report"));

/** The folder of the project that hls4ml's `project.tcl` in `root` is about. */
function projectOfScript(root: string, reader: ReportReader): string | null {
  const script = join(root, "project.tcl");
  if (!existsSync(script)) return null;
  const name = reader.parse(script, (text) => /^set project_name "?(\w+)/m.exec(text)?.[1]);
  const folder = join(root, `${name ?? ""}_prj`);
  return name !== undefined && isProject(folder) ? folder : null;
}

/** Solutions that a project lists, or those in its folder where the list is broken or outdated. */
function solutionsOf(project: string, reader: ReportReader): Solution[] {
  const listed = listsIn(project).flatMap((list) => {
    const app = reader.parse(list, (text, file) => parseHlsApp(text, file));
    return (app?.solutions ?? []).map((name) => ({
      label: name,
      folder: join(project, name),
      top: app!.top,
    }));
  });
  const there = listed.filter(
    ({ folder }, at) =>
      existsSync(folder) && listed.findIndex((each) => each.folder === folder) === at,
  );
  if (there.length > 0) return there;
  return reader
    .folders(project)
    .filter(isSolution)
    .map((folder) => ({ label: basename(folder), folder, top: null }));
}

/** Folders with `syn/report`: components of Vitis 2024 and later have no list. */
function findComponents(folder: string, depth: number, reader: ReportReader): string[] {
  if (isSolution(folder)) return [folder];
  return depth === 0
    ? []
    : reader.folders(folder).flatMap((each) => findComponents(each, depth - 1, reader));
}

/**
 * Solutions of the HLS project in `root`: of `root` itself where that is one, whatever lies within; of
 * the one that a `project.tcl` names; else of all projects, or components, below.
 */
export function findSolutions(root: string, reader: ReportReader): Solution[] {
  if (isProject(root)) return solutionsOf(root, reader);
  if (isSolution(root)) {
    const lists = listsIn(dirname(resolve(root)));
    const listed = lists.map((list) => reader.parse(list, (text, file) => parseHlsApp(text, file)));
    const top = listed.find(
      (app) => app?.solutions.includes(basename(resolve(root))) === true,
    )?.top;
    return [{ label: basename(resolve(root)), folder: root, top: top ?? null }];
  }
  const own = projectOfScript(root, reader);
  if (own !== null) return solutionsOf(own, reader);
  const projects = reader.folders(root).filter(isProject);
  if (projects.length === 1) return solutionsOf(projects[0]!, reader);
  if (projects.length > 1) {
    return projects.flatMap((project) =>
      solutionsOf(project, reader).map((solution) => ({
        ...solution,
        label: relative(root, solution.folder),
      })),
    );
  }
  return findComponents(root, 2, reader).map((folder) => ({
    label: relative(root, folder),
    folder,
    top: null,
  }));
}
