import { existsSync } from "node:fs";
import { join } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import {
  hls4mlReport,
  type Hls4mlReport,
  isToolReport,
  type ReadReport,
} from "@cnntargz/fpga-eval";

import { readReportFile } from "./read-report-file.js";
import type { DesignReports } from "./read-resources.js";

/** What hls4ml's `parse_vivado_report` gives for a project: all values are strings. */
export interface Hls4mlProject extends Hls4mlReport {
  /** A row of words per image, as the test bench printed them. */
  readonly CSimResults?: readonly (readonly string[])[];
  readonly CosimResults?: readonly (readonly string[])[];
}

/** A project in hls4ml's words. */
export interface Hls4mlWords {
  readonly words: Hls4mlProject;
  /** Why sections are left out: reports contradict each other, or a file can not be read. */
  readonly warnings: readonly string[];
}

function simulated(project: string, name: string): string[][] | null {
  const file = join(project, "tb_data", name);
  if (!existsSync(file)) return null;
  const lines = readReportFile(file).split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.split(/\s+/).filter((word) => word !== ""));
}

/** The one report that fills a section; of placement and routing, that of routing. */
function choose(candidates: readonly ReadReport[]): ReadReport | null {
  const routed = candidates.filter(({ report }) => report.like === "post-route");
  const rest = routed.length > 0 ? routed : candidates;
  return rest.length === 1 ? rest[0]! : null;
}

/** All that tools said of a design as one object with the keys of hls4ml's `parse_vivado_report`. */
export function hls4mlProject({ design, reports, project }: DesignReports): Hls4mlWords {
  const bySection = new Map<string, ReadReport[]>();
  for (const read of reports.filter(({ report }) => isToolReport(report))) {
    for (const section of Object.keys(hls4mlReport([read.report]))) {
      bySection.set(section, [...(bySection.get(section) ?? []), read]);
    }
  }
  const words: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [section, name] of [
    ["CSimResults", "csim_results.log"],
    ["CosimResults", "rtl_cosim_results.log"],
  ] as const) {
    try {
      const rows = project === null ? null : simulated(project, name);
      if (rows !== null) words[section] = rows;
    } catch (error) {
      if (!(error instanceof CnntargzError)) throw error;
      warnings.push(error.message);
    }
  }
  for (const [section, candidates] of bySection) {
    const chosen = choose(candidates);
    if (chosen === null) {
      const files = candidates.flatMap((each) => each.files).join(", ");
      warnings.push(
        `${design}: ${files} contradict each other; ${section} is left out of hls4ml's words`,
      );
    } else words[section] = hls4mlReport([chosen.report])[section as keyof Hls4mlReport];
  }
  return { words, warnings };
}
