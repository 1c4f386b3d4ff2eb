import type { FixedPointType, HlsPlan, HlsPlanLayer } from "@cnntargz/contracts";
import { fixedType, formatType } from "@cnntargz/fixed-point";

import { type ConfigView, configOf } from "./config-view.js";
import { displayName } from "./identifiers.js";

/** One layer as the templates print it; every field is final text or a flag. */
export interface LayerView {
  /** Name for people, safe in comments and tables. */
  readonly name: string;
  /** C++ identifier. */
  readonly identifier: string;
  /** Such as `conv2d 3x3, relu`. */
  readonly description: string;
  readonly outputShape: string;
  readonly resultType: string;
  readonly reuseText: string;
  readonly fifoText: string;
  /** Whether the layer's output is a variable inside the top function, rather than its port. */
  readonly declares: boolean;
  /** C++ type of a stream element, or of an array's value. */
  readonly outputType: string;
  readonly outputName: string;
  readonly depth: number;
  /** Stream elements, or array values, per image. */
  readonly elements: number;
  /** The kernel call, or null for an alias. */
  readonly call: string | null;
  readonly typedefs: readonly { readonly name: string; readonly type: string }[];
  readonly config: ConfigView | null;
}

const STRATEGY_NAMES = { latency: "Latency", resource: "Resource" } as const;

/** hls4ml's spelling of a strategy. */
export const strategyName = (strategy: "latency" | "resource"): string => STRATEGY_NAMES[strategy];

/** The last layer that writes something of its own: the one behind the firmware's output port. */
export function outputLayer(plan: HlsPlan): HlsPlanLayer {
  return plan.layers.findLast((layer) => layer.kind !== "flatten")!;
}

/**
 * The type of constants and inputs, which hold their value as it is: without modes, so that C++
 * takes every representable value unchanged (AP_SAT_SYM would not take the minimum).
 */
export function storedType({ signed, width, integer }: FixedPointType): FixedPointType {
  return fixedType(signed, width, integer);
}

const by = (pair: readonly number[]): string => pair.join("x");

function describe(layer: HlsPlanLayer): string {
  switch (layer.kind) {
    case "conv2d": {
      const { top, bottom, left, right } = layer.pads;
      const pads =
        top + bottom + left + right > 0 ? `, zeros ${[top, bottom, left, right].join(" ")}` : "";
      return `conv2d ${by(layer.kernelSize)}, strides ${by(layer.strides)}${pads}, ${layer.activation}`;
    }
    case "dense":
      return `dense, ${layer.activation}`;
    case "maxPool2d":
    case "averagePool2d":
      return `${layer.kind} ${by(layer.poolSize)}, strides ${by(layer.strides)}`;
    case "activation":
      return layer.activation;
    case "scale":
      return `scale and offset per channel, ${layer.activation}`;
    case "zeroPad2d": {
      const { top, bottom, left, right } = layer.pads;
      return `zeros ${[top, bottom, left, right].join(" ")}`;
    }
    case "flatten":
      return `flatten, an alias of ${layer.output.name}`;
  }
}

/** C++ types of what the layers write, by variable name. */
function outputTypes(plan: HlsPlan): Map<string, string> {
  const types = new Map([[plan.input.name, "input_t"]]);
  for (const layer of plan.layers) {
    if (layer.kind !== "flatten") types.set(layer.output.name, `layer${layer.index}_t`);
  }
  types.set(outputLayer(plan).output.name, "result_t");
  return types;
}

function callOf(
  layer: HlsPlanLayer,
  input: string,
  types: ReadonlyMap<string, string>,
): string | null {
  const ends = `${input}, ${layer.output.name}`;
  const typesOfEnds = `${types.get(input)!}, ${types.get(layer.output.name)!}`;
  const template = `<${typesOfEnds}, config${layer.index}>`;
  const { index } = layer;
  switch (layer.kind) {
    case "conv2d":
      return `nnet::conv_2d_${layer.strategy}${template}(${ends}, w${index}, b${index})`;
    case "dense":
      return `nnet::dense_${layer.strategy}${template}(${ends}, w${index}, b${index})`;
    case "maxPool2d":
      return `nnet::max_pool_2d${template}(${ends})`;
    case "averagePool2d":
      return `nnet::average_pool_2d${template}(${ends})`;
    case "activation":
      return `nnet::activate${template}(${ends})`;
    case "scale":
      return `nnet::scale_and_offset${template}(${ends}, s${index}, b${index})`;
    case "zeroPad2d":
      return `nnet::zero_pad_2d${template}(${ends})`;
    case "flatten":
      return null;
  }
}

/** A layer's types by their role, in hls4ml's words. */
function typesOf(layer: HlsPlanLayer): readonly (readonly [role: string, type: FixedPointType])[] {
  const accumulator = "accumulatorType" in layer ? layer.accumulatorType : null;
  return [
    ...("weightType" in layer ? ([["weight", storedType(layer.weightType)]] as const) : []),
    ...("scaleType" in layer ? ([["scale", storedType(layer.scaleType)]] as const) : []),
    ...("biasType" in layer ? ([["bias", storedType(layer.biasType)]] as const) : []),
    ...(accumulator ? ([["accum", accumulator]] as const) : []),
    ["result", layer.resultType],
  ];
}

function typedefsOf(
  layer: HlsPlanLayer,
  elementType: string,
  streams: boolean,
): { name: string; type: string }[] {
  if (layer.kind === "flatten") return [];
  const { identifier, index } = layer;
  const names: Record<string, string> = {
    weight: `weight${index}_t`,
    scale: `scale${index}_t`,
    bias: `bias${index}_t`,
    accum: `${identifier}_accum_t`,
    result: `${identifier}_result_t`,
  };
  const values = names["result"]!;
  const type = streams ? `nnet::array<${values}, ${layer.outputShape[2]}>` : values;
  return [
    ...typesOf(layer).map(([role, of]) => ({ name: names[role]!, type: formatType(of) })),
    { name: elementType, type },
  ];
}

/** Describe the layers of a plan for the templates. */
export function viewLayers(plan: HlsPlan): LayerView[] {
  const types = outputTypes(plan);
  const streams = plan.config.ioType === "io_stream";
  const port = outputLayer(plan).output.name;
  let input = plan.input.name;
  return plan.layers.map((layer) => {
    const { output, outputShape } = layer;
    const isAlias = layer.kind === "flatten";
    const pixels = outputShape[0] * outputShape[1];
    const view: LayerView = {
      name: displayName(layer.name),
      identifier: layer.identifier,
      description: describe(layer),
      outputShape: by(outputShape),
      resultType: formatType(layer.resultType),
      reuseText: "reuseFactor" in layer ? String(layer.reuseFactor) : "-",
      fifoText: isAlias ? "-" : `${output.depth} x ${output.widthBits}`,
      declares: !isAlias && output.name !== port,
      outputType: types.get(output.name)!,
      outputName: output.name,
      depth: output.depth,
      elements: streams ? pixels : pixels * outputShape[2],
      call: callOf(layer, input, types),
      typedefs: typedefsOf(layer, types.get(output.name)!, streams),
      config: configOf(layer, plan.config),
    };
    input = output.name;
    return view;
  });
}
