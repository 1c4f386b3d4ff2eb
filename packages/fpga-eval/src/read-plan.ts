import {
  CnntargzError,
  type HlsPlan,
  type HlsPlanLayer,
  type IntegerLayer,
  type IntegerNetwork,
} from "@cnntargz/contracts";

/** A layer of a plan that is hardware: a flatten is an alias of its input. */
export type FlowingPlanLayer = Exclude<HlsPlanLayer, { kind: "flatten" }>;
/** A layer of a plan that does one matrix-vector product per output. */
export type MultiplyingPlanLayer = Extract<HlsPlanLayer, { kind: "conv2d" | "dense" }>;
/** A pooling layer of a plan. */
export type PoolingPlanLayer = Extract<HlsPlanLayer, { kind: "maxPool2d" | "averagePool2d" }>;
/** A layer of a plan with a factor and an offset per channel. */
export type ScalePlanLayer = Extract<HlsPlanLayer, { kind: "scale" }>;
/** An activation or cast on its own. */
export type ActivationPlanLayer = Extract<HlsPlanLayer, { kind: "activation" }>;

/** The weights of one matrix-vector product: `values[i * outputs + o]`, in units of the last bit. */
export interface WeightMatrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly values: Int32Array;
  /** Biases by output. */
  readonly bias: Int32Array;
}

/** What to say when `layer` of `plan` is not made from `source`. */
function foreignLayer(
  plan: HlsPlan,
  layer: MultiplyingPlanLayer | ScalePlanLayer,
  network: IntegerNetwork,
  source: IntegerLayer | undefined,
): CnntargzError {
  const found = source === undefined ? "no such layer" : `${source.kind} "${source.name}"`;
  return new CnntargzError(
    "contract",
    `plan "${plan.network}" says layer ${layer.sourceLayer} is ${layer.kind} "${layer.name}", ` +
      `network "${network.name}" has ${found}; pass the network that the plan was made from`,
  );
}

function requireCount(layer: HlsPlanLayer, what: string, planned: number, found: number): void {
  if (planned === found) return;
  throw new CnntargzError(
    "contract",
    `layer "${layer.name}": the plan has ${planned} ${what}, the network ${found}; plan the network again`,
  );
}

/**
 * The weights that `layer` of `plan` multiplies with, from the network that the plan was made for.
 *
 * @throws CnntargzError `contract` when plan and network do not belong together.
 */
export function weightsOf(
  plan: HlsPlan,
  layer: MultiplyingPlanLayer,
  network: IntegerNetwork,
): WeightMatrix {
  const source = network.layers[layer.sourceLayer];
  if (source?.name !== (layer.resultOf ?? layer.name) || source.kind !== layer.kind) {
    throw foreignLayer(plan, layer, network, source);
  }
  const { inputs, outputs } = layer;
  const { values } = source.weights;
  requireCount(layer, "weights", inputs * outputs, values.length);
  return { inputs, outputs, values, bias: source.bias.values };
}

/**
 * The factors and offsets of `layer` of `plan`, by channel.
 *
 * @throws CnntargzError `contract` when plan and network do not belong together.
 */
export function scalesOf(
  plan: HlsPlan,
  layer: ScalePlanLayer,
  network: IntegerNetwork,
): { readonly scale: Int32Array; readonly bias: Int32Array } {
  const source = network.layers[layer.sourceLayer];
  if (source?.name !== (layer.resultOf ?? layer.name) || source.kind !== layer.kind) {
    throw foreignLayer(plan, layer, network, source);
  }
  requireCount(layer, "factors", layer.outputShape[2], source.scale.values.length);
  return { scale: source.scale.values, bias: source.bias.values };
}
