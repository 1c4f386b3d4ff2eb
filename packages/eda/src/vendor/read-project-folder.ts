import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";

/** An HLS project on disk: one of hls-codegen's or hls4ml's. */
export interface ProjectFolder {
  /** Absolute path. */
  readonly folder: string;
  /** Name of the top function; the tools work in `<projectName>_prj`. */
  readonly projectName: string;
  readonly backend: "vitis" | "vivado";
  /** Whether the steps are chosen in build_opt.tcl; otherwise by arguments of the script. */
  readonly hasOptionFile: boolean;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Read what project.tcl says.
 *
 * @throws CnntargzError `artifact` when the folder is no HLS project.
 */
export async function readProjectFolder(path: string): Promise<ProjectFolder> {
  const folder = resolve(path);
  let text: string;
  try {
    text = await readFile(join(folder, "project.tcl"), "utf8");
  } catch (cause) {
    throw new CnntargzError(
      "artifact",
      `${folder} is no HLS project: it has no project.tcl; give the folder that hls-codegen or hls4ml has written`,
      { cause },
    );
  }
  const value = (name: string): string | undefined =>
    new RegExp(`^\\s*set\\s+${name}\\s+"?([^"\\s]+)"?\\s*$`, "m").exec(text)?.[1];
  const projectName = value("project_name");
  if (projectName === undefined || !/^\w+$/.test(projectName)) {
    throw new CnntargzError(
      "artifact",
      `${join(folder, "project.tcl")}: set project_name is ${projectName === undefined ? "missing" : `"${projectName}"`}; it must be the name of the top function`,
    );
  }
  if (!(await exists(join(folder, "build_prj.tcl")))) {
    throw new CnntargzError("artifact", `${folder} is no HLS project: it has no build_prj.tcl`);
  }
  return {
    folder,
    projectName,
    backend: value("backend")?.toLowerCase().startsWith("vivado") === true ? "vivado" : "vitis",
    hasOptionFile: await exists(join(folder, "build_opt.tcl")),
  };
}
