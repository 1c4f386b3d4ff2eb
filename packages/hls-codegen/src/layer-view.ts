import type { FixedPointType, HlsPlan, HlsPlanLayer } from "@cnntargz/contracts";
import { fixedType, formatType } from "@cnntargz/fixed-point";

import { type ConfigView, configOf } from "./config-view.js";

/** One layer as the templates print it; every field is final text or a flag. */
export interface LayerView {
  readonly name: string;
  /** Such as `conv2d 3x3, relu`. */
  readonly description: string;
  readonly outputShape: string;
  readonly resultType: string;
  readonly reuseText: string;
  readonly fifoText: string;
  /** Whether the layer's output is a stream inside the top function, rather than its port. */
  readonly declares: boolean;
  /** C++ type of a stream element. */
  readonly outputType: string;
  readonly outputName: string;
  readonly depth: number;
  /** Stream elements per image. */
  readonly elements: number;
  /** The kernel call, or null for an alias. */
  readonly call: string | null;
  readonly typedefs: readonly { readonly name: string; readonly type: string }[];
  readonly config: ConfigView | null;
  /** Lines of hls4ml_config.yml. */
  readonly precisions: readonly { readonly name: string; readonly type: string }[];
  readonly product: { readonly reuseFactor: number; readonly strategyName: string } | null;
}

const STRATEGY_NAMES = { latency: "Latency", resource: "Resource" } as const;

/** hls4ml's spelling of a strategy. */
export const strategyName = (strategy: "latency" | "resource"): string => STRATEGY_NAMES[strategy];

/** The last layer that writes a stream of its own: the one behind the firmware's output port. */
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
    case "flatten":
      return `flatten, an alias of ${layer.output.name}`;
  }
}

/** C++ types of a stream's elements, by stream name. */
function streamTypes(plan: HlsPlan): Map<string, string> {
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
  const streams = `${input}, ${layer.output.name}`;
  const ends = `${types.get(input)!}, ${types.get(layer.output.name)!}`;
  const template = `<${ends}, config${layer.index}>`;
  switch (layer.kind) {
    case "conv2d":
      return `nnet::conv_2d_${layer.strategy}${template}(${streams}, w${layer.index}, b${layer.index})`;
    case "dense":
      return `nnet::dense_${layer.strategy}${template}(${streams}, w${layer.index}, b${layer.index})`;
    case "maxPool2d":
      return `nnet::max_pool_2d${template}(${streams})`;
    case "averagePool2d":
      return `nnet::average_pool_2d${template}(${streams})`;
    case "flatten":
      return null;
  }
}

function typesOf(layer: HlsPlanLayer): readonly (readonly [role: string, type: FixedPointType])[] {
  const accumulator = "accumulatorType" in layer ? layer.accumulatorType : null;
  return [
    ...("weightType" in layer
      ? ([
          ["weight", storedType(layer.weightType)],
          ["bias", storedType(layer.biasType)],
        ] as const)
      : []),
    ...(accumulator ? ([["accum", accumulator]] as const) : []),
    ["result", layer.resultType],
  ];
}

function typedefsOf(layer: HlsPlanLayer, elementType: string): { name: string; type: string }[] {
  if (layer.kind === "flatten") return [];
  const names: Record<string, string> = {
    weight: `weight${layer.index}_t`,
    bias: `bias${layer.index}_t`,
    accum: `${layer.name}_accum_t`,
    result: `${layer.name}_result_t`,
  };
  return [
    ...typesOf(layer).map(([role, type]) => ({ name: names[role]!, type: formatType(type) })),
    { name: elementType, type: `nnet::array<${layer.name}_result_t, ${layer.outputShape[2]}>` },
  ];
}

/** Describe the layers of a plan for the templates. */
export function viewLayers(plan: HlsPlan): LayerView[] {
  const types = streamTypes(plan);
  const port = outputLayer(plan).output.name;
  let input = plan.input.name;
  return plan.layers.map((layer) => {
    const { name, output } = layer;
    const isAlias = layer.kind === "flatten";
    const view: LayerView = {
      name,
      description: describe(layer),
      outputShape: by(layer.outputShape),
      resultType: formatType(layer.resultType),
      reuseText: "reuseFactor" in layer ? String(layer.reuseFactor) : "-",
      fifoText: isAlias ? "-" : `${output.depth} x ${output.widthBits}`,
      declares: !isAlias && output.name !== port,
      outputType: types.get(output.name)!,
      outputName: output.name,
      depth: output.depth,
      elements: layer.outputShape[0] * layer.outputShape[1],
      call: callOf(layer, input, types),
      typedefs: typedefsOf(layer, types.get(output.name)!),
      config: configOf(layer),
      precisions: typesOf(layer).map(([role, type]) => ({ name: role, type: formatType(type) })),
      product:
        "reuseFactor" in layer
          ? { reuseFactor: layer.reuseFactor, strategyName: strategyName(layer.strategy) }
          : null,
    };
    input = output.name;
    return view;
  });
}
