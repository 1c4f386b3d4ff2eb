import { CnntargzError, type ResourceReport } from "@cnntargz/contracts";
import type { VendorFlowResult } from "@cnntargz/eda";
import { parseVendorReport, renderResources } from "@cnntargz/fpga-eval";

import { formatTable } from "./table.js";

export { runVendorFlow } from "@cnntargz/eda";
export { changedFirmware } from "./changed-firmware.js";

/** What a stage is called. */
export const STAGE_NAMES: Record<VendorFlowResult["stages"][number]["name"], string> = {
  csim: "C simulation",
  csynth: "C synthesis",
  cosim: "C/RTL simulation",
  validation: "comparison of both simulations",
  export: "IP export",
  vsynth: "Vivado synthesis",
};

const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** A report that is read, and the figures it states. */
interface ReportFigures {
  readonly path: string;
  readonly figures: ResourceReport;
}

/** A run as text: stages, figures, reports, log. */
export function buildText(result: VendorFlowResult, figures: readonly ReportFigures[]): string {
  const tool = [result.tool, ...(result.version === null ? [] : [result.version])].join(" ");
  const lines = [
    `${result.projectName} with ${tool}: ${result.status} after ${seconds(result.seconds)}`,
  ];
  if (result.stages.length > 0) {
    const rows = result.stages.map(({ name, seconds: spent, completed }) => [
      STAGE_NAMES[name],
      seconds(spent),
      completed ? "done" : "not completed",
    ]);
    lines.push("", formatTable(["stage", "time", "state"], rows));
  }
  for (const { path, figures: report } of figures)
    lines.push("", path, renderResources(report).trimEnd());
  lines.push("");
  if (result.reports.length === 0) lines.push("no reports were written");
  else lines.push("reports:", ...result.reports.map(({ path }) => `  ${path}`));
  lines.push(`log: ${result.logPath}`);
  return lines.join("\n");
}

/** The reports that state figures, each design once: its XML says what its text says. */
export function readFigures(
  { reports }: VendorFlowResult,
  warn: (message: string) => void,
): ReportFigures[] {
  const told = reports.filter(
    ({ path }) =>
      /(?:csynth\.xml|cosim\.rpt|export\.rpt)$/.test(path) || path === "vivado_synth.rpt",
  );
  return told.flatMap(({ path, text }) => {
    try {
      return [{ path, figures: parseVendorReport(text, path) }];
    } catch (error) {
      if (!(error instanceof CnntargzError)) throw error;
      warn(error.message);
      return [];
    }
  });
}
