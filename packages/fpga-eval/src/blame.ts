import type { ResourceKind, ResourceReport } from "@cnntargz/contracts";

import { formatCount, RESOURCE_NAMES } from "./resource-names.js";

/** Layers are named until they make up this fraction, */
const ENOUGH = 0.8;
/** but no more than this many. */
const MOST_NAMES = 3;
/** What takes less than this fraction is not named beside others. */
const LITTLE = 0.05;

/** What a designer can turn, by resource; facts about weights of 4 bits: see the DSP law. */
const ADVICE: Readonly<Record<ResourceKind, string>> = {
  lut: "fewer bits of weights and activations, more zero weights, or strategy resource with a larger reuseFactor",
  ff: "fewer bits, or strategy resource with a larger reuseFactor",
  dsp: "weights of at most 4 bits, which need none, or strategy resource with a larger reuseFactor",
  bram18:
    "fewer bits or channels between layers, whose FIFOs take it, or strategy latency, which keeps weights out of it",
  uram: "smaller FIFOs or weights",
};
const LATENCY_ADVICE =
  "a smaller reuseFactor, fewer input pixels, or io_parallel, which does not walk over them one per clock";

interface Share {
  readonly name: string;
  readonly amount: number;
}

/** `conv4 123,917 (61 %), dense1 40,000 (20 %)`: the largest first, until they are most of `whole`. */
function nameLargest(shares: readonly Share[], whole: number): string {
  const named: string[] = [];
  let sum = 0;
  for (const { name, amount } of [...shares].sort((a, b) => b.amount - a.amount)) {
    if (amount === 0 || named.length === MOST_NAMES || sum >= ENOUGH * whole) break;
    if (named.length > 0 && amount < LITTLE * whole) break;
    named.push(`${name} ${formatCount(amount)} (${((100 * amount) / whole).toFixed(0)} %)`);
    sum += amount;
  }
  return named.join(", ");
}

/** Which layers take most of a resource, and what would help: sentences that begin with its name. */
export function blameResource(report: ResourceReport, kind: ResourceKind): string {
  const name = RESOURCE_NAMES[kind];
  const help = `${ADVICE[kind]} would help.`;
  const total = report.total[kind] ?? 0;
  if (report.perLayer.length === 0) {
    return `${name}: the report has no rows per layer (an HLS tool's <top>_csynth.rpt has); ${help}`;
  }
  const layers = report.perLayer.map((layer) => ({ name: layer.name, amount: layer[kind] ?? 0 }));
  const inside = layers.reduce((sum, { amount }) => sum + amount, 0);
  const outside = {
    name: "FIFOs and logic outside the layers",
    amount: Math.max(0, total - inside),
  };
  const largest = nameLargest([...layers, outside], total);
  return `${name} is taken by ${largest}; ${help}`;
}

/** Which layers take most of the latency, where that is known, and what would help. */
export function blameLatency(report: ResourceReport): string {
  const layers = report.perLayer.flatMap(({ name, latencyCycles }) =>
    latencyCycles === null ? [] : [{ name, amount: latencyCycles }],
  );
  const total = report.latencyCycles ?? 0;
  const largest = total === 0 ? "" : nameLargest(layers, total);
  const longest = largest === "" ? "" : `Most cycles: ${largest}. `;
  return `${longest}It would help to have ${LATENCY_ADVICE}.`;
}
