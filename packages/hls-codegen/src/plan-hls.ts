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

import { layerIndices } from "./layer-indices.js";
import { planLayer } from "./plan-layer.js";

/** Names that files or variables of the generated C++ have themselves, and C++'s own words. */
const RESERVED = new RegExp(
  `^(?:${[
    "main|defines|parameters|nnet|hls|std|input_1|TRACE",
    "(?:w|b|config|layer)\\d+|layer\\d+_out|.*_t",
    "auto|bool|break|case|catch|char|class|const|continue|default|delete|do|double|else|enum",
    "explicit|export|extern|false|float|for|friend|goto|if|inline|int|long|mutable|namespace|new",
    "noexcept|nullptr|operator|private|protected|public|register|return|short|signed|sizeof",
    "static|struct|switch|template|this|throw|true|try|typedef|typename|union|unsigned|using",
    "virtual|void|volatile|while",
  ].join("|")})$`,
);

function requireUsable(network: IntegerNetwork, config: HlsConfig): void {
  if (config.ioType !== "io_stream") {
    throw new CnntargzError(
      "config",
      `ioType is ${config.ioType}, but only io_stream is implemented: set ioType to "io_stream"`,
    );
  }
  if (RESERVED.test(config.projectName)) {
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
        `layers.${name}: network ${network.name} has no such layer; it has ${[...names].join(", ")}`,
      );
    }
  }
  if (network.layers.every((layer) => layer.kind === "flatten")) {
    throw new CnntargzError(
      "config",
      `network ${network.name} only flattens; firmware needs a layer that computes`,
    );
  }
}

/**
 * Decide everything about the firmware of a network before a line of it is written: kernels, legal
 * reuse factors, line buffers, FIFO depths (one element per output pixel, so that a producer never
 * waits) and initiation intervals (the reuse factor).
 *
 * @throws CnntargzError `contract` when network or config do not honour their contracts; `config`
 * when the combination can not be built: another ioType than io_stream, an illegal reuse factor
 * (the message lists the legal ones), an override for a layer that does not exist.
 */
export function planHls(network: IntegerNetwork, config: HlsConfigInput = {}): HlsPlan {
  const parsed = parseContract(HlsConfig, config, "HLS config");
  validateNetwork(network);
  requireUsable(network, parsed);

  const [height, width, channels] = network.inputShape;
  const input: HlsFifo = {
    name: "input_1",
    depth: height * width,
    widthBits: channels * network.inputType.width,
  };
  const indices = layerIndices(network.layers);
  const layers: HlsPlanLayer[] = [];
  for (const [sourceLayer, layer] of network.layers.entries()) {
    const previous = layers.at(-1);
    layers.push(
      planLayer(layer, parsed, {
        index: indices[sourceLayer]!,
        sourceLayer,
        input: previous?.output ?? input,
        inputType: previous?.resultType ?? network.inputType,
      }),
    );
  }
  return {
    kind: "hls-plan",
    schemaVersion: 1,
    config: parsed,
    network: network.name,
    input,
    inputShape: network.inputShape,
    inputType: network.inputType,
    layers,
  };
}
