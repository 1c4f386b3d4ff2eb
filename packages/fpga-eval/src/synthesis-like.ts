import type { ResourceEstimate, ResourceKind } from "@cnntargz/contracts";

import { byKind } from "./resource-names.js";

/**
 * What Vivado `synth_design` leaves of the amounts that HLS C-synthesis reports, over 28 public hls4ml
 * designs that have both reports: median, smallest, largest. hls4ml's own tutorial, the streaming SVHN
 * network, has LUT 0.45 and 0.50, DSP 0.99 and 1.04. Block RAM was not compared: memories are taken
 * over as they are, with the DSP's range.
 */
const SYNTHESIS_RATIOS = {
  lut: { median: 0.46, low: 0.09, high: 0.86 },
  ff: { median: 0.72, low: 0.43, high: 1.91 },
  dsp: { median: 1, low: 0.19, high: 1.23 },
  bram18: { median: 1, low: 0.19, high: 1.23 },
  uram: { median: 1, low: 0.19, high: 1.23 },
} as const satisfies Record<ResourceKind, { median: number; low: number; high: number }>;

/**
 * What logic synthesis would leave of a design that `report` gives as HLS C-synthesis counts it:
 * amounts times the median ratio of designs that have both numbers; the band spans the report's band
 * and the smallest and largest ratio met, so it is wider than 90 %. Latency stays. A report that is
 * already like synthesis is given back as it is.
 */
export function synthesisLike(report: ResourceEstimate): ResourceEstimate {
  if (report.like === "synthesis") return report;
  const amount = (kind: ResourceKind, value: number) =>
    Math.round(value * SYNTHESIS_RATIOS[kind].median);
  const band = (kind: ResourceKind) => {
    const [low, high] = report.band[kind];
    const ratio = SYNTHESIS_RATIOS[kind];
    return [Math.floor(low * ratio.low), Math.ceil(high * ratio.high)] as const;
  };
  return {
    ...report,
    like: "synthesis",
    perLayer: report.perLayer.map((layer) => ({
      ...layer,
      ...byKind((kind) => amount(kind, layer[kind])),
    })),
    total: byKind((kind) => amount(kind, report.total[kind])),
    band: byKind(band),
  };
}
