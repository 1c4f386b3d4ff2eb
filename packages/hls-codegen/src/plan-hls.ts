import {
  CnntargzError,
  HlsConfig,
  type HlsConfigInput,
  type HlsFifo,
  type HlsPlan,
  type HlsPlanLayer,
  type IntegerNetwork,
  parseContract,
} from "@cnntargz/contracts";
import { validateNetwork } from "@cnntargz/fixed-point";

import { draftLayers } from "./draft-layers.js";
import { analyticFifoDepths } from "./fifo-depths.js";
import { requireFragments } from "./fragmenter.js";
import { identifiersOf, isReserved } from "./identifiers.js";
import { requireLegalFactors } from "./legal-factors.js";
import { nearestOf } from "./nearest.js";
import { planLayer } from "./plan-layer.js";
import type { StreamingLayer } from "./stream-turns.js";

function requireUsable(network: IntegerNetwork, config: HlsConfig): void {
  if (isReserved(config.projectName)) {
    throw new CnntargzError(
      "config",
      `projectName "${config.projectName}" means something else in the firmware; choose another, such as myproject`,
    );
  }
  const names = new Set(network.layers.map((layer) => layer.name));
  for (const name of Object.keys(config.layers ?? {})) {
    if (!names.has(name)) {
      throw new CnntargzError(
        "config",
        `layers.${name}: network ${network.name} has no such layer; ${nearestOf(name, [...names])}`,
      );
    }
  }
  if (network.layers.every((layer) => layer.kind === "flatten")) {
    throw new CnntargzError(
      "config",
      `network ${network.name} only flattens; firmware needs a layer that computes`,
    );
  }
  if (config.fragmenter) requireFragments(network, config.fragmenter);
  requireLegalFactors(network, config);
}

/** hls4ml's choice: a pipeline of everything, where no layer works through several passes. */
function pipelineStyle(
  layers: readonly HlsPlanLayer[],
  config: HlsConfig,
): HlsPlan["pipelineStyle"] {
  const passes = layers.some(
    (layer) =>
      ("strategy" in layer && layer.strategy === "resource") ||
      (layer.kind === "conv2d" && layer.initiationInterval > layer.reuseFactor),
  );
  return config.ioType === "io_stream" || passes ? "dataflow" : "pipeline";
}

/** The layers with streams no deeper than elements ever wait in them. */
function withAnalyticDepths(layers: readonly HlsPlanLayer[]): HlsPlanLayer[] {
  const streaming = layers.filter((layer): layer is StreamingLayer => layer.kind !== "flatten");
  const depths = analyticFifoDepths(streaming);
  const byName = new Map(streaming.map(({ output }, i) => [output.name, depths[i]!]));
  return layers.map((layer) => {
    const { output } = layer;
    return { ...layer, output: { ...output, depth: byName.get(output.name) ?? output.depth } };
  });
}

/**
 * Decide everything about the firmware of a network before a line of it is written: layers, kernels,
 * legal factors, line buffers, FIFO depths and initiation intervals.
 *
 * @throws CnntargzError `contract` when network or config do not honour their contracts; `config`
 * when the combination can not be built: an illegal reuse or parallelization factor (the message
 * lists the legal ones), an override for a layer that does not exist (it names the nearest), a
 * fragmenter before a network that does not take its images.
 */
export function planHls(network: IntegerNetwork, config: HlsConfigInput = {}): HlsPlan {
  const parsed = parseContract(HlsConfig, config, "HLS config");
  validateNetwork(network);
  requireUsable(network, parsed);

  const streams = parsed.ioType === "io_stream";
  const [height, width, channels] = network.inputShape;
  const bits = channels * network.inputType.width;
  const input: HlsFifo = streams
    ? { name: "input_1", depth: height * width, widthBits: bits }
    : { name: "input_1", depth: 1, widthBits: height * width * bits };
  const drafts = draftLayers(network, parsed);
  const identifiers = identifiersOf(drafts.map(({ name }) => name));
  const layers: HlsPlanLayer[] = [];
  for (const [i, draft] of drafts.entries()) {
    const previous = layers.at(-1);
    layers.push(
      planLayer(draft, parsed, {
        identifier: identifiers[i]!,
        input: previous?.output ?? input,
        inputType: previous?.resultType ?? network.inputType,
      }),
    );
  }
  const isAnalytic = streams && parsed.compat === null && parsed.fifoDepth === "analytic";
  return {
    kind: "hls-plan",
    schemaVersion: 1,
    config: parsed,
    network: network.name,
    pipelineStyle: pipelineStyle(layers, parsed),
    input,
    inputShape: network.inputShape,
    inputType: network.inputType,
    layers: isAnalytic ? withAnalyticDepths(layers) : layers,
  };
}
