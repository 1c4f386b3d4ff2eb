import { CnntargzError } from "@cnntargz/contracts";

import { findOnPath } from "../find-on-path.js";
import type { ProjectFolder } from "./read-project-folder.js";

/** The vendor's HLS programs: since 2024.1, before it, and before 2020.2. */
export const VENDOR_TOOLS = ["vitis-run", "vitis_hls", "vivado_hls"] as const;
export type VendorTool = (typeof VENDOR_TOOLS)[number];

/** What can build the projects of each backend, the newest first. */
const TOOLS: Record<ProjectFolder["backend"], readonly VendorTool[]> = {
  vitis: ["vitis-run", "vitis_hls"],
  vivado: ["vivado_hls"],
};
const HOW = "source the tool's settings64.sh first";

/**
 * The program that builds a project: the one that is asked for or, with `auto`, the first on the PATH
 * that fits the project's backend.
 *
 * @throws CnntargzError `tool` when it is not on the PATH.
 */
export async function findVendorTool(
  choice: "auto" | VendorTool,
  project: ProjectFolder,
): Promise<VendorTool> {
  if (choice !== "auto") {
    if ((await findOnPath(choice)) !== null) return choice;
    throw new CnntargzError("tool", `${choice} is not on the PATH: ${HOW}`);
  }
  const wanted = TOOLS[project.backend];
  for (const tool of wanted) if ((await findOnPath(tool)) !== null) return tool;
  const others: VendorTool[] = [];
  for (const tool of VENDOR_TOOLS) if ((await findOnPath(tool)) !== null) others.push(tool);
  throw new CnntargzError(
    "tool",
    `${project.folder} is a project for ${project.backend === "vitis" ? "Vitis" : "Vivado"} HLS and ${wanted.join(" or ")} is not on the PATH: ${HOW}` +
      (others.length > 0
        ? `; ${others.join(" and ")} is, for which the project must be generated with the other backend`
        : ""),
  );
}

/** The vendor's programs that projects are built with, Vivado for `vsynth`; path null where it is missing. */
export async function listVendorTools(): Promise<
  { name: VendorTool | "vivado"; path: string | null; install: string }[]
> {
  return Promise.all(
    [...VENDOR_TOOLS, "vivado" as const].map(async (name) => ({
      name,
      path: await findOnPath(name),
      install: HOW,
    })),
  );
}
