import {
  CnntargzError,
  type HlsPlan,
  type HlsPlanLayer,
  type IntegerLayer,
  type IntegerNetwork,
} from "@cnntargz/contracts";

/** A layer of a plan that does one matrix-vector product per output. */
export type MultiplyingPlanLayer = Extract<HlsPlanLayer, { kind: "conv2d" | "dense" }>;
/** A pooling layer of a plan. */
export type PoolingPlanLayer = Extract<HlsPlanLayer, { kind: "maxPool2d" | "averagePool2d" }>;

/** The weights of one matrix-vector product: `values[i * outputs + o]`, in units of the last bit. */
export interface WeightMatrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly values: Int32Array;
  /** Biases by output. */
  readonly bias: Int32Array;
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
  const source: IntegerLayer | undefined = network.layers[layer.sourceLayer];
  if (source?.name !== (layer.resultOf ?? layer.name) || source.kind !== layer.kind) {
    throw new CnntargzError(
      "contract",
      `plan "${plan.network}" says layer ${layer.sourceLayer} is ${layer.kind} "${layer.name}", ` +
        `network "${network.name}" has ${source === undefined ? "no such layer" : `${source.kind} "${source.name}"`}; ` +
        `pass the network that the plan was made from`,
    );
  }
  const { inputs, outputs } = layer;
  const { values } = source.weights;
  if (values.length !== inputs * outputs) {
    throw new CnntargzError(
      "contract",
      `layer "${layer.name}": the plan has ${inputs} x ${outputs} weights, the network ` +
        `${values.length}; plan the network again`,
    );
  }
  return { inputs, outputs, values, bias: source.bias.values };
}
