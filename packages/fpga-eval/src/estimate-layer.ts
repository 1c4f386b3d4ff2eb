import type { HlsPlan, IntegerNetwork } from "@cnntargz/contracts";

import { RULES } from "./coefficients.js";
import { fifoResources } from "./fifo.js";
import { FITTED } from "./fitted-coefficients.js";
import { type LayerArithmetic, arithmeticOf } from "./layer-arithmetic.js";
import { type Cost, exactly, type LayerEstimate, times, within } from "./layer-cost.js";
import type { FlowingPlanLayer } from "./read-plan.js";
import { lutPerMultiplier } from "./shared-kernel.js";

/** Bits that count to `size`. */
const counterBits = (size: number) => Math.max(1, Math.ceil(Math.log2(size + 1)));

/** Counters that walk `height` x `width` positions: row, column and the flattened loop's own. */
function counterCosts(height: number, width: number): readonly Cost[] {
  const bits = counterBits(height) + counterBits(width) + counterBits(height * width);
  return [
    within("lut", RULES.lutPerCounterBit * bits, RULES.singleSourceFactor90),
    within("ff", bits, RULES.singleSourceFactor90),
  ];
}

/**
 * What a streaming layer keeps of its input: line buffers and window, which the firmware holds in
 * registers; a dense layer collects all of it before it multiplies.
 */
function storageCosts(layer: FlowingPlanLayer): readonly Cost[] {
  const [height, width, channels] = layer.inputShape;
  const pixelBits = channels * layer.inputType.width;
  switch (layer.kind) {
    case "dense":
      return [exactly("ff", height * width * pixelBits)];
    case "conv2d": {
      const { kernelSize, lineBuffer, pads } = layer;
      const stored = kernelSize[0] * kernelSize[1] + lineBuffer.rows * lineBuffer.length;
      const padded = [height + pads.top + pads.bottom, width + pads.left + pads.right] as const;
      return [exactly("ff", stored * pixelBits), ...counterCosts(...padded)];
    }
    case "maxPool2d":
    case "averagePool2d": {
      const { poolSize, lineBuffer } = layer;
      const stored = poolSize[0] * poolSize[1] + lineBuffer.rows * lineBuffer.length;
      return [exactly("ff", stored * pixelBits), ...counterCosts(height, width)];
    }
    case "zeroPad2d":
      return counterCosts(layer.outputShape[0], layer.outputShape[1]);
    case "activation":
    case "scale": {
      const bits = counterBits(height * width);
      return [within("lut", RULES.lutPerCounterBit * bits, RULES.singleSourceFactor90)];
    }
  }
}

/** The stream that a layer writes: its FIFO, and the handshake logic per bit. */
function streamCosts(plan: HlsPlan, layer: FlowingPlanLayer): readonly Cost[] {
  const { depth, widthBits } = layer.output;
  const fifo = fifoResources(depth, widthBits, layer.outputShape[2], plan.config.backend);
  return [
    within("lut", FITTED.streams.lutPerBit * widthBits, RULES.singleSourceFactor90),
    within("ff", fifo.ff, FITTED.fifo.ffFactor90),
    exactly("bram18", fifo.bram18),
  ];
}

/** Price one layer of a streaming design. */
function streamingLayer(
  plan: HlsPlan,
  layer: FlowingPlanLayer,
  { costs, computeCycles }: LayerArithmetic,
): LayerEstimate {
  // A layer without a window reads and works in one cycle, and writes in the next.
  const isElementwise =
    layer.kind === "activation" || layer.kind === "scale" || layer.kind === "zeroPad2d";
  return {
    name: layer.name,
    costs: [...costs, ...storageCosts(layer), ...streamCosts(plan, layer)],
    cycles: computeCycles + RULES.streamCycles - (isElementwise ? 1 : 0),
  };
}

/** Output positions that a layer of an io_parallel design computes, and how many of them side by side. */
function partitionsOf(layer: FlowingPlanLayer): { copies: number; passes: number } {
  const positions = layer.outputShape[0] * layer.outputShape[1];
  if (layer.kind === "dense" || layer.kind === "zeroPad2d") return { copies: 1, passes: 1 };
  if (layer.kind !== "conv2d") return { copies: positions, passes: 1 };
  const copies = Math.min(positions, layer.parallelizationFactor);
  return { copies, passes: Math.ceil(positions / copies) };
}

/** What lets one convolution walk over an image that lies in registers: each of its inputs chooses a pixel. */
function walkingCosts(layer: FlowingPlanLayer, copies: number, passes: number): readonly Cost[] {
  if (layer.kind !== "conv2d" || passes === 1) return [];
  const windowBits = layer.inputs * layer.inputType.width;
  const perBit =
    lutPerMultiplier(2 ** Math.ceil(Math.log2(passes)), FITTED.shared.lutPerMultiplier) / 16;
  return [
    within("lut", copies * windowBits * perBit, RULES.singleSourceFactor90),
    ...counterCosts(1, passes),
  ];
}

/** Price one layer of an io_parallel design, whose values all lie side by side. */
function parallelLayer(
  plan: HlsPlan,
  layer: FlowingPlanLayer,
  { costs, computeCycles }: LayerArithmetic,
): LayerEstimate {
  const { copies, passes } = partitionsOf(layer);
  const values = layer.outputShape[0] * layer.outputShape[1] * layer.outputShape[2];
  const isDataflow = plan.pipelineStyle === "dataflow";
  // In a dataflow design every value crosses to the next layer in a FIFO of its own, two deep.
  const fifo = fifoResources(2, layer.resultType.width, 1, plan.config.backend);
  const isWire = layer.kind === "zeroPad2d";
  const perPass = layer.kind === "conv2d" ? layer.reuseFactor : 1;
  return {
    name: layer.name,
    costs: [
      ...costs.map((cost) => times(cost, copies)),
      ...walkingCosts(layer, copies, passes),
      ...(isDataflow && !isWire ? [within("ff", values * fifo.ff, FITTED.fifo.ffFactor90)] : []),
    ],
    cycles:
      passes > 1 ? passes * perPass + computeCycles + RULES.parallelWalkCycles : computeCycles,
  };
}

/**
 * Price one layer of a design and say how long it works: in io_stream from the last input element that
 * an output needs to that output, in io_parallel on an image. Null for a flatten, which is an alias of
 * its input.
 *
 * @throws CnntargzError `contract` when plan and network do not belong together.
 */
export function estimateLayer(
  plan: HlsPlan,
  layer: HlsPlan["layers"][number],
  network: IntegerNetwork,
): LayerEstimate | null {
  if (layer.kind === "flatten") return null;
  const arithmetic = arithmeticOf(plan, layer, network);
  return plan.config.ioType === "io_stream"
    ? streamingLayer(plan, layer, arithmetic)
    : parallelLayer(plan, layer, arithmetic);
}
