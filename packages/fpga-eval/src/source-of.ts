import type { ReportSource, ResourceReport } from "@cnntargz/contracts";

/** Sources that have not run the tool whose numbers theirs are like. */
const IMITATORS: ReadonlySet<ReportSource> = new Set(["estimate", "yosys"]);

/** Who says so, and of which step: `estimate, like csynth` or `vitis-hls csynth (Vitis HLS 2023.1)`. */
export function sourceOf({ source, like, tool }: ResourceReport): string {
  if (IMITATORS.has(source)) return `${source}, like ${like}`;
  return `${source} ${like}${tool === null ? "" : ` (${tool})`}`;
}
