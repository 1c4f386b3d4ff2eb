import type { ReportSource } from "@cnntargz/contracts";

/** The HLS tool of a report, by its product name and version. */
export function hlsSource(
  version: string,
  product: string,
): { source: ReportSource; tool: string } {
  const release = /^\d{4}\.\d+(\.\d+)?/.exec(version.trim())?.[0] ?? version.trim();
  return {
    source: product === "Vitis" ? "vitis-hls" : "vivado-hls",
    tool: `${product} HLS ${release}`,
  };
}
