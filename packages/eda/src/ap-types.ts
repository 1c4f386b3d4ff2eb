import { access } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";

import { findOnPath } from "./find-on-path.js";
import { includeFolder } from "./include-folder.js";

/** Headers for a compilation. */
export interface ApTypes {
  /** `own`, or the folder of the vendor's. */
  readonly name: string;
  readonly folder: string;
}

/** What Vitis and Vivado set, and the programs they put on the PATH. */
const VARIABLES = ["XILINX_HLS", "XILINX_VITIS", "XILINX_VIVADO"];
const PROGRAMS = ["vitis-run", "vitis_hls", "vivado_hls"];

async function hasHeaders(folder: string): Promise<boolean> {
  return access(join(folder, "ap_fixed.h")).then(
    () => true,
    () => false,
  );
}

/**
 * The include folder of an installed Vitis or Vivado with its ap_fixed.h, or null: from
 * XILINX_HLS, XILINX_VITIS and XILINX_VIVADO, then beside vitis-run, vitis_hls or vivado_hls on the
 * PATH.
 */
export async function findVendorHeaders(): Promise<string | null> {
  const roots = VARIABLES.map((name) => process.env[name]);
  for (const name of PROGRAMS) {
    const program = await findOnPath(name);
    if (program !== null) roots.push(dirname(dirname(program)));
  }
  for (const root of roots) {
    if (root === undefined || root === "") continue;
    const folder = join(root, "include");
    if (await hasHeaders(folder)) return folder;
  }
  return null;
}

/**
 * The headers for a choice: `own` for this package's, `vendor` for those of the installed Vitis or
 * Vivado, else a folder with ap_fixed.h or an `include` with it.
 *
 * @throws CnntargzError `config` when there are none.
 */
export async function resolveApTypes(choice: string): Promise<ApTypes> {
  if (choice === "own") return { name: "own", folder: includeFolder() };
  if (choice === "vendor") {
    const folder = await findVendorHeaders();
    if (folder === null) {
      throw new CnntargzError(
        "config",
        `no ap_fixed.h of Vitis or Vivado was found by ${VARIABLES.join(", ")} or beside ${PROGRAMS.join(", ")} on the PATH; source the tool's settings64.sh, or name the folder`,
      );
    }
    return { name: folder, folder };
  }
  const folder = resolve(choice);
  for (const candidate of [folder, join(folder, "include")]) {
    if (await hasHeaders(candidate)) return { name: candidate, folder: candidate };
  }
  throw new CnntargzError(
    "config",
    `${folder} has no ap_fixed.h: name the include folder of Vitis HLS, or a copy of Xilinx/HLS_arbitrary_Precision_Types`,
  );
}
