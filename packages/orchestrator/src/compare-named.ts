import { CnntargzError } from "@cnntargz/contracts";
import {
  compareDesigns,
  type ComparedReport,
  hls4mlReport,
  type Hls4mlReport,
  isToolReport,
} from "@cnntargz/fpga-eval";

import { checkDesignRequest, type DesignRequest } from "./read-design.js";
import { type DesignReports, readResources } from "./read-resources.js";

/** A row of what `cnntargz compare --json` prints. */
export interface ComparedRow extends Omit<ComparedReport, "timing"> {
  /** Files that the report was read from. */
  readonly files: readonly string[];
  readonly latencyNs: number | null;
  readonly intervalNs: number | null;
  /** The same under hls4ml's names, of what a tool printed. */
  readonly hls4ml?: Hls4mlReport;
}

/** Designs beside each other. */
export interface NamedComparison {
  readonly baseline: string;
  readonly rows: readonly ComparedRow[];
  readonly compared: readonly ComparedReport[];
  readonly designs: readonly DesignReports[];
  /**
   * Whether each design whose resources are known surely fits its device; an estimate is judged by what
   * C-synthesis would count.
   */
  readonly allFit: boolean;
}

/**
 * Read designs by name ({@link readResources}) and compare them.
 *
 * @param baseline a design's name, the first when left out
 * @throws CnntargzError `config` when a name comes twice or the baseline is none of them; what reading
 * throws.
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
  const designs: DesignReports[] = [];
  for (const name of names) designs.push(...(await readResources(name, request)));
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
  const allFit = compared.every(
    ({ fits, report: { source, like } }) =>
      fits === null || fits === "pass" || (source === "estimate" && like === "synthesis"),
  );
  return { baseline: reference, rows, compared, designs, allFit };
}
