import { CnntargzError } from "@cnntargz/contracts";
import {
  compareDesigns,
  type ComparedReport,
  hls4mlReport,
  type Hls4mlReport,
  isToolReport,
} from "@cnntargz/fpga-eval";

import { hls4mlProject, type Hls4mlProject } from "./hls4ml-project.js";
import { checkDesignRequest, type DesignRequest } from "./read-design.js";
import { type DesignReports, readResources } from "./read-resources.js";
import type { UnreadReport } from "./report-reader.js";

/** A row of a comparison. */
export interface ComparedRow extends Omit<ComparedReport, "timing"> {
  /** Files that the report was read from. */
  readonly files: readonly string[];
  readonly latencyNs: number | null;
  readonly intervalNs: number | null;
  /** The same under hls4ml's names, of what a tool printed. */
  readonly hls4ml?: Hls4mlReport;
}

/** A design of what `cnntargz compare --json` prints. */
export interface ComparedDesign {
  readonly design: string;
  /** All that tools said of it, as hls4ml's `parse_vivado_report` gives it; left out without any. */
  readonly hls4ml?: Hls4mlProject;
  /** Everything that is known of it, report by report. */
  readonly reports: readonly ComparedRow[];
  readonly unread: readonly UnreadReport[];
}

/** Designs beside each other. */
export interface NamedComparison {
  readonly baseline: string;
  readonly rows: readonly ComparedRow[];
  /** The rows by design. */
  readonly projects: readonly ComparedDesign[];
  readonly compared: readonly ComparedReport[];
  readonly designs: readonly DesignReports[];
  /** Names that stand for nothing that can be read. */
  readonly missing: readonly CnntargzError[];
  /** What should be known beside the numbers: reports that can not be read or contradict each other. */
  readonly warnings: readonly string[];
  /**
   * Whether each design whose resources are known surely fits its device; an estimate is judged by what
   * C-synthesis would count.
   */
  readonly allFit: boolean;
}

/** What each name stands for; a name that can not be read is listed unless it is the only one. */
async function readAll(
  names: readonly string[],
  request: DesignRequest,
  baseline: string | undefined,
): Promise<{ designs: DesignReports[]; missing: CnntargzError[] }> {
  const designs: DesignReports[] = [];
  const missing: CnntargzError[] = [];
  for (const name of names) {
    try {
      designs.push(...(await readResources(name, request)));
    } catch (error) {
      if (!(error instanceof CnntargzError) || error.code !== "artifact") throw error;
      if (name === baseline) throw error;
      missing.push(error);
    }
  }
  if (designs.length === 0) throw missing[0]!;
  return { designs, missing };
}

/**
 * Read designs by name ({@link readResources}) and compare them. Whatever can be read is compared, what
 * can not is listed.
 *
 * @param baseline a design's name, the first that can be read when left out
 * @throws CnntargzError `config` when a name comes twice or the baseline is none of them; what reading
 * throws, when it is about the baseline or nothing can be read.
 */
export async function compareNamed(
  names: readonly string[],
  request: DesignRequest,
  baseline?: string,
): Promise<NamedComparison> {
  checkDesignRequest(request);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new CnntargzError("config", `${twice} is given twice; name each design once`);
  }
  const { designs, missing } = await readAll(names, request, baseline);
  const named = designs.flatMap(({ design, reports }) =>
    reports.map(({ report, files }) => ({ design, report, files })),
  );
  const reference = baseline ?? designs[0]?.design ?? "";
  const compared = compareDesigns(named, reference);
  const rows = compared.map(({ timing, ...row }, at) => ({
    ...row,
    files: named[at]!.files,
    latencyNs: timing.latencyNs,
    intervalNs: timing.intervalNs,
    ...(isToolReport(row.report) ? { hls4ml: hls4mlReport([row.report]) } : {}),
  }));
  const inWords = designs.map(hls4mlProject);
  const projects = designs.map(({ design, unread }, at) => {
    const { words } = inWords[at]!;
    return {
      design,
      ...(Object.keys(words).length > 0 ? { hls4ml: words } : {}),
      reports: rows.filter((row) => row.design === design),
      unread,
    };
  });
  const warnings = [
    ...designs.flatMap(({ unread }) => unread.map(({ why }) => why)),
    ...inWords.flatMap((each) => each.warnings),
  ];
  const allFit = compared.every(
    ({ fits, report: { source, like } }) =>
      fits === null || fits === "pass" || (source === "estimate" && like === "synthesis"),
  );
  return { baseline: reference, rows, projects, compared, designs, missing, warnings, allFit };
}
