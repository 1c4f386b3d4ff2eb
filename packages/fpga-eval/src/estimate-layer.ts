import type { HlsPlan, HlsPlanLayer, IntegerNetwork } from "@cnntargz/contracts";

import { RULES } from "./coefficients.js";
import { cyclesOf, treeLevels } from "./delay.js";
import { estimateKernel, type KernelEstimate } from "./estimate-kernel.js";
import { fifoResources } from "./fifo.js";
import { FITTED } from "./fitted-coefficients.js";
import { type Cost, exactly, type LayerEstimate, within } from "./layer-cost.js";
import type { PoolingPlanLayer } from "./read-plan.js";

type FlowingLayer = Exclude<HlsPlanLayer, { kind: "flatten" }>;

/** Comparators or adders of a pooling window, one set per channel. */
function estimatePooling(plan: HlsPlan, layer: PoolingPlanLayer): KernelEstimate {
  const window = layer.poolSize[0] * layer.poolSize[1];
  const operations = (window - 1) * layer.outputShape[2];
  const isMax = layer.kind === "maxPool2d";
  const bits = isMax ? layer.inputType.width : (layer.accumulatorType ?? layer.inputType).width;
  const { pooling, kernels, delaysNs } = FITTED;
  const lut = isMax
    ? within("lut", pooling.lutPerMaximumBit * operations * bits, pooling.lutFactor90)
    : within(
        "lut",
        kernels.lutPerAccumulatedBit * operations * bits,
        Math.max(kernels.lutFactor90, RULES.otherProjectsFactor),
      );
  const level = isMax ? delaysNs.maximum : delaysNs.addition;
  return {
    costs: [lut, exactly("ff", layer.outputShape[2] * layer.resultType.width)],
    computeCycles: cyclesOf(treeLevels(window) * level, plan.config),
  };
}

/** Bits that count to `size`. */
const counterBits = (size: number) => Math.max(1, Math.ceil(Math.log2(size + 1)));

/**
 * Line buffers and window, which the firmware keeps in registers, and the counters that walk the
 * padded image: row, column and the flattened loop's own.
 */
function windowCosts(layer: Extract<FlowingLayer, { strides: unknown }>): readonly Cost[] {
  const isConv = layer.kind === "conv2d";
  const [windowHeight, windowWidth] = isConv ? layer.kernelSize : layer.poolSize;
  const pads = isConv ? layer.pads : { top: 0, bottom: 0, left: 0, right: 0 };
  const height = layer.inputShape[0] + pads.top + pads.bottom;
  const width = layer.inputShape[1] + pads.left + pads.right;
  const pixelBits = layer.inputShape[2] * layer.inputType.width;
  const stored = windowHeight * windowWidth + layer.lineBuffer.rows * layer.lineBuffer.length;
  const counters = counterBits(height) + counterBits(width) + counterBits(height * width);
  return [
    exactly("ff", stored * pixelBits),
    within("lut", RULES.lutPerCounterBit * counters, RULES.singleSourceFactor90),
    within("ff", counters, RULES.singleSourceFactor90),
  ];
}

/** The stream that a layer writes: its FIFO, and the handshake logic per bit. */
function streamCosts(plan: HlsPlan, layer: FlowingLayer): readonly Cost[] {
  const { depth, widthBits } = layer.output;
  const fifo = fifoResources(depth, widthBits, layer.outputShape[2], plan.config.backend);
  return [
    within("lut", FITTED.streams.lutPerBit * widthBits, RULES.singleSourceFactor90),
    within("ff", fifo.ff, FITTED.fifo.ffFactor90),
    exactly("bram18", fifo.bram18),
  ];
}

/** Rounding, saturation and relu of a pixel's channels; zeros cost nothing but their registers. */
function elementwiseCosts(
  layer: Extract<FlowingLayer, { kind: "activation" | "scale" | "zeroPad2d" }>,
): readonly Cost[] {
  const channels = layer.outputShape[2];
  const bits = layer.kind === "zeroPad2d" ? 0 : channels * layer.inputType.width;
  return [
    within("lut", RULES.activationLutPerBit * bits, RULES.singleSourceFactor90),
    exactly("ff", channels * layer.resultType.width),
  ];
}

/** A dense layer collects its inputs before it multiplies. */
const collectingCosts = (layer: FlowingLayer): Cost =>
  exactly("ff", layer.inputShape.reduce((size, n) => size * n, 1) * layer.inputType.width);

/**
 * Price one layer of a streaming design and say how long it works on a window; null for a flatten,
 * which is an alias of its input.
 *
 * @throws CnntargzError `contract` when plan and network do not belong together.
 */
export function estimateLayer(
  plan: HlsPlan,
  layer: HlsPlanLayer,
  network: IntegerNetwork,
): LayerEstimate | null {
  if (layer.kind === "flatten") return null;
  if (layer.kind === "activation" || layer.kind === "scale" || layer.kind === "zeroPad2d") {
    return {
      name: layer.name,
      costs: [...elementwiseCosts(layer), ...streamCosts(plan, layer)],
      tailCycles: RULES.streamCycles + 1,
    };
  }
  const multiplies = layer.kind === "conv2d" || layer.kind === "dense";
  const kernel = multiplies ? estimateKernel(plan, layer, network) : estimatePooling(plan, layer);
  const front = layer.kind === "dense" ? [collectingCosts(layer)] : windowCosts(layer);
  return {
    name: layer.name,
    costs: [...kernel.costs, ...front, ...streamCosts(plan, layer)],
    tailCycles: RULES.streamCycles + kernel.computeCycles,
  };
}
