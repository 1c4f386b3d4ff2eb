import {
  CnntargzError,
  type FixedPointType,
  type HlsConfig,
  type IntegerConv2d,
  type IntegerDense,
  type IntegerLayer,
  type IntegerNetwork,
  type Pads,
} from "@cnntargz/contracts";
import { formatType, fractionBits } from "@cnntargz/fixed-point";

import { hasActivation, layerIndices } from "./layer-indices.js";

/** Zero padding as a layer of its own. */
interface ZeroPadding {
  readonly kind: "zeroPad2d";
  readonly inputShape: IntegerLayer["inputShape"];
  readonly outputShape: IntegerLayer["outputShape"];
  readonly resultType: FixedPointType;
  readonly pads: Pads;
}

/** A layer of the firmware before anything but its place is decided. */
export interface DraftLayer {
  readonly layer: IntegerLayer | ZeroPadding;
  readonly name: string;
  readonly index: number;
  /** The network's layer whose results it gives on; null for a step on the way. */
  readonly resultOf: string | null;
  /** Index of the network's layer that holds its constants. */
  readonly sourceLayer: number;
}

const NO_PADS: Pads = { top: 0, bottom: 0, left: 0, right: 0 };

/**
 * Whether sums come out the same in whatever order products are added: in an accumulator that wraps,
 * when no product is rounded, or each by itself.
 */
function isOrderFree(layer: IntegerConv2d | IntegerDense, inputType: FixedPointType): boolean {
  const { rounding, overflow } = layer.accumulatorType;
  const products = fractionBits(inputType) + fractionBits(layer.weightType);
  const isExact = products <= fractionBits(layer.accumulatorType);
  return overflow === "WRAP" && (isExact || ["TRN", "RND", "RND_MIN_INF"].includes(rounding));
}

function requireCompatible(network: IntegerNetwork, config: HlsConfig): void {
  if (network.typeRule === "interval") {
    throw new CnntargzError(
      "config",
      `compat is hls4ml, but the types of network ${network.name} are as wide as its values (typeRule interval): convert the trained model with typeRule hls4ml`,
    );
  }
  let inputType = network.inputType;
  for (const layer of network.layers) {
    const shares = (config.layers?.[layer.name]?.strategy ?? config.strategy) === "resource";
    const multiplies = layer.kind === "conv2d" || layer.kind === "dense";
    if (multiplies && shares && !isOrderFree(layer, inputType)) {
      throw new CnntargzError(
        "config",
        `layer ${layer.name}: hls4ml's resource strategy adds products in another order, which changes sums in ${formatType(layer.accumulatorType)}; use strategy latency, or an accumulator that truncates and wraps`,
      );
    }
    inputType = layer.resultType;
  }
}

/** A convolution or dense layer as hls4ml has it: padding before it, activation and cast after it. */
function split(
  layer: IntegerConv2d | IntegerDense,
  inputType: FixedPointType,
  common: Pick<DraftLayer, "sourceLayer" | "index" | "name">,
  { activation, padding }: { readonly activation: number; readonly padding: number },
  streams: boolean,
): DraftLayer[] {
  const drafts: DraftLayer[] = [];
  let product = layer;
  if (layer.kind === "conv2d" && streams && Object.values(layer.pads).some((zeros) => zeros > 0)) {
    const { pads, inputShape } = layer;
    const [height, width, channels] = inputShape;
    const outputShape = [
      pads.top + height + pads.bottom,
      pads.left + width + pads.right,
      channels,
    ] as const;
    const zeros = {
      kind: "zeroPad2d",
      inputShape,
      outputShape,
      resultType: inputType,
      pads,
    } as const;
    drafts.push({
      ...common,
      layer: zeros,
      name: `zp2d_${layer.name}`,
      index: padding,
      resultOf: null,
    });
    product = { ...layer, inputShape: outputShape, pads: NO_PADS };
  }
  if (!hasActivation(layer)) {
    return [...drafts, { ...common, layer: product, resultOf: layer.name }];
  }
  const { outputShape, resultType, accumulatorType } = layer;
  const own: IntegerLayer = {
    kind: "activation",
    name: layer.name,
    inputShape: outputShape,
    outputShape,
    activation: layer.activation,
    resultType,
  };
  product = { ...product, activation: "linear", resultType: accumulatorType };
  return [
    ...drafts,
    { ...common, layer: product, resultOf: null },
    {
      ...common,
      layer: own,
      name: `${layer.name}_${layer.activation}`,
      index: activation,
      resultOf: layer.name,
    },
  ];
}

/**
 * The layers that the firmware of a network will have, in order: the network's own, or with `compat:
 * hls4ml` those that hls4ml makes of them.
 *
 * @throws CnntargzError `config` when hls4ml would compute something else than the network.
 */
export function draftLayers(network: IntegerNetwork, config: HlsConfig): DraftLayer[] {
  const indices = layerIndices(network.layers);
  if (config.compat === "hls4ml") requireCompatible(network, config);
  let inputType = network.inputType;
  return network.layers.flatMap((layer, sourceLayer) => {
    const { index, ...own } = indices[sourceLayer]!;
    const common = { sourceLayer, index, name: layer.name };
    const type = inputType;
    inputType = layer.resultType;
    if (config.compat === "hls4ml" && (layer.kind === "conv2d" || layer.kind === "dense")) {
      return split(layer, type, common, own, config.ioType === "io_stream");
    }
    return [{ ...common, layer, resultOf: layer.name }];
  });
}
