import {
  CnntargzError,
  type HlsPlan,
  type IntegerNetwork,
  type ResourceEstimate,
  type ResourceKind,
} from "@cnntargz/contracts";
import { formatType } from "@cnntargz/fixed-point";

import { type DataflowTiming, streamingTiming } from "./dataflow.js";
import { findDevice } from "./devices.js";
import { estimateLayer } from "./estimate-layer.js";
import type { Cost, LayerEstimate } from "./layer-cost.js";
import { parallelTiming } from "./parallel-timing.js";

const KINDS: readonly ResourceKind[] = ["lut", "ff", "dsp", "bram18", "uram"];

/** For each resource, the sum of what `read` says of its costs. */
function sums(costs: readonly Cost[], read: (cost: Cost) => number) {
  const totals: Record<ResourceKind, number> = { lut: 0, ff: 0, dsp: 0, bram18: 0, uram: 0 };
  for (const cost of costs) totals[cost.resource] += read(cost);
  for (const kind of KINDS) totals[kind] = Math.round(totals[kind]);
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

/** When a design of the first layers of `plan`, estimated as given, is done. */
function timingOfFirst(
  plan: HlsPlan,
  estimates: readonly (LayerEstimate | null)[],
): DataflowTiming {
  return plan.config.ioType === "io_stream"
    ? streamingTiming(
        plan.layers.slice(0, estimates.length),
        estimates.map((estimate) => estimate?.cycles ?? 0),
      )
    : parallelTiming(
        plan,
        estimates.flatMap((estimate) => (estimate === null ? [] : [estimate.cycles])),
      );
}

/**
 * Cycles that each layer adds to the design: they add up to its latency. A layer that is done before
 * the one in front of it, as a pool that leaves out the last row is, takes from that one's.
 */
function addedCycles(plan: HlsPlan, estimates: readonly (LayerEstimate | null)[]): number[] {
  const done = estimates.map(
    (_, at) => timingOfFirst(plan, estimates.slice(0, at + 1)).latencyCycles,
  );
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
 * @throws CnntargzError `config` for an unknown part; `contract` when plan and network do not belong
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
  const device = findDevice(plan.config.part);
  const estimates = plan.layers.map((layer) => estimateLayer(plan, layer, network));
  const layers = estimates.filter((estimate) => estimate !== null);
  const costs = layers.flatMap((layer) => layer.costs);
  const added = addedCycles(plan, estimates);
  const perLayer = estimates.flatMap((estimate, at) =>
    estimate === null
      ? []
      : [
          {
            name: estimate.name,
            ...sums(estimate.costs, (cost) => cost.value),
            latencyCycles: added[at]!,
          },
        ],
  );
  const total = sums(
    perLayer.flatMap((layer) =>
      KINDS.map((resource) => ({ resource, value: layer[resource], band: [0, 0] as const })),
    ),
    (cost) => cost.value,
  );
  const low = sums(costs, (cost) => cost.band[0]);
  const high = sums(costs, (cost) => cost.band[1]);
  const band = (kind: ResourceKind) =>
    [Math.min(low[kind], total[kind]), Math.max(high[kind], total[kind])] as const;
  const timing = timingOfFirst(plan, estimates);
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
    band: {
      lut: band("lut"),
      ff: band("ff"),
      dsp: band("dsp"),
      bram18: band("bram18"),
      uram: band("uram"),
    },
    latencyCycles: timing.latencyCycles,
    latencyCyclesRange: null,
    initiationInterval: timing.intervalCycles,
    initiationIntervalRange: null,
    input: inputText(plan),
  };
}
