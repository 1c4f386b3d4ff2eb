import {
  CnntargzError,
  type HlsPlan,
  type IntegerNetwork,
  type ResourceEstimate,
  type ResourceKind,
} from "@cnntargz/contracts";

import { formatType } from "@cnntargz/fixed-point";

import { streamingTiming } from "./dataflow.js";
import { findDevice } from "./devices.js";
import { estimateLayer } from "./estimate-layer.js";
import type { Cost } from "./layer-cost.js";

const KINDS: readonly ResourceKind[] = ["lut", "ff", "dsp", "bram18", "uram"];

/** For each resource, the sum of what `read` says of its costs. */
function sums(costs: readonly Cost[], read: (cost: Cost) => number) {
  const totals: Record<ResourceKind, number> = { lut: 0, ff: 0, dsp: 0, bram18: 0, uram: 0 };
  for (const cost of costs) totals[cost.resource] += read(cost);
  for (const kind of KINDS) totals[kind] = Math.round(totals[kind]);
  return totals;
}

function checkPlan(plan: HlsPlan, network: IntegerNetwork): void {
  if (plan.config.ioType !== "io_stream") {
    throw new CnntargzError(
      "config",
      `the estimator prices io_stream designs, this plan is ${plan.config.ioType}; plan with ioType ` +
        `io_stream, or read the report of an HLS run`,
    );
  }
  if (plan.network !== network.name) {
    throw new CnntargzError(
      "contract",
      `the plan was made for network "${plan.network}", this is "${network.name}"; pass the network ` +
        `that the plan was made from`,
    );
  }
}

/**
 * Estimate what HLS C-synthesis would report for a streaming design: LUT, flip-flops, DSP and block
 * RAM per layer from the real weights, latency and interval from following one image through the
 * layers. Nothing is fitted to whole designs. The band adds up the layers' bands as if all were off
 * in the same direction, which is wider than 90 % for many layers.
 *
 * @param network the integer network that `plan` was made from
 * @throws CnntargzError `config` for io_parallel or an unknown part; `contract` when plan and
 * network do not belong together.
 */
export function estimateHls(plan: HlsPlan, network: IntegerNetwork): ResourceEstimate {
  checkPlan(plan, network);
  const device = findDevice(plan.config.part);
  const estimates = plan.layers.map((layer) => estimateLayer(plan, layer, network));
  const layers = estimates.filter((estimate) => estimate !== null);
  const costs = layers.flatMap((layer) => layer.costs);
  const tails = estimates.map((estimate) => estimate?.tailCycles ?? 0);
  const timing = streamingTiming(plan.layers, tails);
  /** When the layers before `end` are done. */
  const doneAt = (end: number) =>
    end === 0 ? 0 : streamingTiming(plan.layers.slice(0, end), tails).latencyCycles;
  const perLayer = estimates.flatMap((estimate, at) =>
    estimate === null
      ? []
      : [
          {
            name: estimate.name,
            ...sums(estimate.costs, (cost) => cost.value),
            latencyCycles: doneAt(at + 1) - doneAt(at),
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
  const interval = plan.layers[0]!.initiationInterval;
  const channels = plan.inputShape[2];
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
    input:
      `1 pixel (${channels} x ${formatType(plan.inputType)}) ` +
      (interval === 1 ? "per clock" : `every ${interval} clocks`),
  };
}
