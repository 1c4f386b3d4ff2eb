import {
  CnntargzError,
  type HlsPlan,
  type IntegerNetwork,
  type ResourceEstimate,
  type ResourceKind,
} from "@cnntargz/contracts";
import { formatType } from "@cnntargz/fixed-point";

import { type DataflowTiming, streamingTiming } from "./dataflow.js";
import { deviceOf } from "./devices.js";
import { estimateLayer } from "./estimate-layer.js";
import type { Cost } from "./layer-cost.js";
import { parallelTiming } from "./parallel-timing.js";
import { byKind, RESOURCE_KINDS } from "./resource-names.js";

/** For each resource, the sum of what `read` says of its costs. */
function sums(costs: readonly Cost[], read: (cost: Cost) => number) {
  const totals: Record<ResourceKind, number> = { lut: 0, ff: 0, dsp: 0, bram18: 0, uram: 0 };
  for (const cost of costs) totals[cost.resource] += read(cost);
  for (const kind of RESOURCE_KINDS) totals[kind] = Math.round(totals[kind]);
  return totals;
}

/** What a design takes per clock: a latency means nothing without it. */
function inputText({ config, inputShape, inputType, layers }: HlsPlan): string {
  const [height, width, channels] = inputShape;
  const type = formatType(inputType);
  const fragmenter =
    config.fragmenter === null ? "" : ", behind the fragmenter, which is not counted";
  if (config.ioType === "io_parallel") {
    return `1 image (${height} x ${width} x ${channels} x ${type}) at once${fragmenter}`;
  }
  const interval = layers[0]!.initiationInterval;
  const rate = interval === 1 ? "per clock" : `every ${interval} clocks`;
  return `1 pixel (${channels} x ${type}) ${rate}${fragmenter}`;
}

/**
 * Cycles that each layer adds to the design: they add up to its latency. A layer that is done before
 * the one in front of it, as a pool that leaves out the last row is, takes from that one's.
 */
function addedCycles({ doneAfter }: DataflowTiming): number[] {
  const done = [...doneAfter];
  for (let at = done.length - 2; at >= 0; at--) done[at] = Math.min(done[at]!, done[at + 1]!);
  return done.map((cycles, at) => cycles - (done[at - 1] ?? 0));
}

/**
 * Estimate what HLS C-synthesis would report for a design: LUT, flip-flops, DSP and block RAM per layer
 * from the real weights, latency and interval from following one image through the layers. Nothing is
 * fitted to whole designs. The band adds up the layers' bands as if all were off in the same direction,
 * which is wider than 90 % for many layers.
 *
 * @param network the integer network that `plan` was made from
 * @throws CnntargzError `config` for an unknown part without figures of its own; `contract` when plan and network do not belong
 * together.
 */
export function estimateHls(plan: HlsPlan, network: IntegerNetwork): ResourceEstimate {
  if (plan.network !== network.name) {
    throw new CnntargzError(
      "contract",
      `the plan was made for network "${plan.network}", this is "${network.name}"; pass the network ` +
        `that the plan was made from`,
    );
  }
  const device = deviceOf(plan.config);
  const estimates = plan.layers.map((layer) => estimateLayer(plan, layer, network));
  const layers = estimates.filter((estimate) => estimate !== null);
  const costs = layers.flatMap((layer) => layer.costs);
  const timing =
    plan.config.ioType === "io_stream"
      ? streamingTiming(
          plan.layers,
          estimates.map((estimate) => estimate?.cycles ?? 0),
        )
      : parallelTiming(
          plan,
          layers.map(({ cycles }) => cycles),
        );
  const added = addedCycles(timing);
  const perLayer = layers.map(({ name, costs }, at) => ({
    name,
    ...sums(costs, (cost) => cost.value),
    latencyCycles: added[at]!,
  }));
  const total = sums(
    perLayer.flatMap((layer) =>
      RESOURCE_KINDS.map((resource) => ({
        resource,
        value: layer[resource],
        band: [0, 0] as const,
      })),
    ),
    (cost) => cost.value,
  );
  const low = sums(costs, (cost) => cost.band[0]);
  const high = sums(costs, (cost) => cost.band[1]);
  const band = (kind: ResourceKind) =>
    [Math.min(low[kind], total[kind]), Math.max(high[kind], total[kind])] as const;
  return {
    kind: "resource-report",
    schemaVersion: 1,
    source: "estimate",
    like: "csynth",
    tool: null,
    design: network.name,
    device,
    clockNs: plan.config.clockPeriodNs,
    estimatedClockNs: null,
    wnsNs: null,
    passed: null,
    perLayer,
    total,
    band: byKind(band),
    latencyCycles: timing.latencyCycles,
    latencyCyclesRange: null,
    initiationInterval: timing.intervalCycles,
    initiationIntervalRange: null,
    input: inputText(plan),
  };
}
