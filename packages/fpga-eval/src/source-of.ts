import type { ReportSource, ResourceReport } from "@cnntargz/contracts";

/** Sources that have not run the tool whose numbers theirs are like. */
const IMITATORS: ReadonlySet<ReportSource> = new Set(["estimate", "yosys"]);

/** Whether a vendor tool printed the report, rather than somebody who estimates or cites it. */
export const isToolReport = ({ source }: Pick<ResourceReport, "source">): boolean =>
  !IMITATORS.has(source) && source !== "published";

/** Who says so, and of which step: `estimate, like csynth` or `vitis-hls csynth (Vitis HLS 2023.1)`. */
export function sourceOf({ source, like, tool }: ResourceReport): string {
  if (IMITATORS.has(source)) return `${source}, like ${like}`;
  return `${source} ${like}${tool === null ? "" : ` (${tool})`}`;
}
