import { existsSync, statSync } from "node:fs";

import { CnntargzError, ResourceEstimate, ResourceReport } from "@cnntargz/contracts";
import { parseVendorReport, type ReadReport, synthesisLike } from "@cnntargz/fpga-eval";
import { z } from "zod";

import { estimateNetwork } from "./estimate-network.js";
import { checkDesignRequest, type DesignRequest, readDesign } from "./read-design.js";
import { readHlsProject } from "./read-hls-project.js";
import { readReportFile } from "./read-report-file.js";
import { readRecorded } from "./recorded-digest.js";
import type { UnreadReport } from "./report-reader.js";
import { readRunFiles } from "./run-files.js";
import { isRunDirectory } from "./run-manifest.js";

/** What names a row of the published table instead of a file. */
const PUBLISHED_PREFIX = "slides:";

/** A design under the name that it was asked for, and all that is known of its resources. */
export interface DesignReports {
  readonly design: string;
  readonly reports: readonly ReadReport[];
  /** Reports of its project that are there and can not be read. */
  readonly unread: readonly UnreadReport[];
  /** The folder of its HLS project; null for a design that is not the only one of a project. */
  readonly project: string | null;
}

/** A design that is no folder. */
const single = (design: string, reports: readonly ReadReport[]): DesignReports => ({
  design,
  reports,
  unread: [],
  project: null,
});

function readFolder(path: string): DesignReports[] {
  if (isRunDirectory(path)) {
    const { resources, firmware } = readRunFiles(path);
    const estimate = readRecorded(resources, ResourceEstimate);
    const estimates = [estimate, synthesisLike(estimate)];
    const { solutions, unread } = readHlsProject(firmware);
    const vendor = solutions.flatMap(({ reports }) => reports);
    return [
      {
        design: path,
        reports: [...estimates.map((report) => ({ files: [resources], report })), ...vendor],
        unread,
        project: firmware,
      },
    ];
  }
  const { solutions, unread } = readHlsProject(path);
  if (solutions.length === 0) {
    throw new CnntargzError(
      "artifact",
      unread.length > 0
        ? `${path} has no report that can be read:\n${unread.map(({ why }) => `  ${why}`).join("\n")}`
        : `${path} is no finished run (manifest.json), no HLS project (hls.app, vivado_hls.app, syn/report) and holds no report (*.rpt, csynth.xml); run cnntargz or the HLS tool first`,
    );
  }
  return solutions.map(({ solution, reports }, at) => ({
    design: solution === null ? path : `${path} (${solution})`,
    reports,
    unread: at === 0 ? unread : [],
    project: solutions.length === 1 ? path : null,
  }));
}

function readJson(path: string, request: DesignRequest): ResourceReport[] {
  const { kind } = readRecorded(path, z.looseObject({ kind: z.string() }));
  if (kind === "resource-report") return [readRecorded(path, ResourceReport)];
  if (kind === "integer-network" || kind === "trained-model") {
    const { network, hls } = readDesign(path, request);
    const { resources, synthesized } = estimateNetwork(network, hls);
    return [resources, synthesized];
  }
  throw new CnntargzError(
    "artifact",
    `${path} is a ${kind.slice(0, 40)}; give an integer network (network.json), a trained model or a resource report (resources.json)`,
  );
}

/**
 * What is known of the resources of the design that `name` stands for: a run directory (its estimate,
 * and what HLS tools left in its firmware), an HLS project or another folder with reports, a resource
 * report or an integer network in JSON (which is estimated), a vendor report, or a row of the published
 * table such as `slides:teacher`. A project with several solutions gives a design for each. Reports of a
 * folder that can not be read are listed with its first design.
 *
 * @param request how firmware of a network is generated
 * @throws CnntargzError `artifact` when there is nothing to read or it is broken; `config` for an
 * unknown published name.
 */
export async function readResources(
  name: string,
  request: DesignRequest = {},
): Promise<readonly DesignReports[]> {
  checkDesignRequest(request);
  if (name.startsWith(PUBLISHED_PREFIX)) {
    // Loaded here, as the library of figures comes with it.
    const { publishedReport } = await import("./published-reports.js");
    return [single(name, [{ files: [], report: publishedReport(name) }])];
  }
  if (!existsSync(name)) {
    throw new CnntargzError(
      "artifact",
      `${name} does not exist; give a run directory, an HLS project, a report, a network or slides:<row>`,
    );
  }
  if (statSync(name).isDirectory()) return readFolder(name);
  const text = readReportFile(name);
  const isJson = /^\s*[{[]/.test(text);
  const reports = isJson ? readJson(name, request) : [parseVendorReport(text, name)];
  return [
    single(
      name,
      reports.map((report) => ({ files: [name], report })),
    ),
  ];
}
