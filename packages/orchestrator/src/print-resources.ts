import type { Verdict } from "@cnntargz/contracts";
import {
  isToolReport,
  renderComparison,
  renderHls4ml,
  renderResources,
  renderVerdict,
} from "@cnntargz/fpga-eval";

import type { NamedComparison } from "./compare-named.js";
import type { DesignEstimate } from "./estimate-design.js";

/** An estimate for people: how firmware is generated, layers, time, verdict. */
export function estimateText(
  { network, file, hls, resources, synthesized }: DesignEstimate,
  verdict: Verdict,
): string {
  const how = [
    hls.backend,
    hls.ioType,
    `strategy ${hls.strategy}`,
    `reuseFactor ${hls.reuseFactor}`,
    `${hls.clockPeriodNs} ns`,
    hls.part,
  ];
  return [
    `${network} (${file}): ${how.join(", ")}\n`,
    renderResources(resources),
    // Layers and times are the same in kind; the totals tell.
    renderResources({ ...synthesized, perLayer: [] }),
    renderVerdict(verdict),
  ].join("\n");
}

/** A comparison for people, with the layers of each report and in hls4ml's words if asked for. */
export function comparisonText(
  { baseline, compared, designs }: NamedComparison,
  { layers, hls4ml }: { layers: boolean; hls4ml: boolean },
): string {
  const perLayer = compared.map(({ design, report }) => `${design}: ${renderResources(report)}`);
  const asHls4ml = designs.flatMap(({ design, reports }) => {
    const printed = reports.map(({ report }) => report).filter(isToolReport);
    return printed.length === 0 ? [] : [`${design}\n${renderHls4ml(printed)}`];
  });
  return [
    renderComparison(compared, baseline),
    ...(layers ? perLayer : []),
    ...(hls4ml ? asHls4ml : []),
  ].join("\n");
}
