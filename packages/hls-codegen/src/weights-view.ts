import {
  CnntargzError,
  type FixedPointType,
  type HlsPlan,
  type HlsPlanLayer,
  type IntegerLayer,
  type IntegerNetwork,
  type IntTensor,
} from "@cnntargz/contracts";
import { fractionBits, integerToNumber } from "@cnntargz/fixed-point";

import { formatDecimal } from "./decimal.js";

/** One array of constants as the templates print it. */
export interface WeightsView {
  /** Variable and file name, such as `w2`. */
  readonly name: string;
  /** Include guard. */
  readonly guard: string;
  /** C++ type of an element. */
  readonly type: string;
  readonly shape: string;
  readonly count: number;
  readonly min: string;
  readonly max: string;
  readonly zeros: number;
  /** All values as exact decimals in the order of the firmware, separated by ", ". */
  readonly values: string;
}

function view(
  name: string,
  type: string,
  { shape, values }: IntTensor,
  valueType: FixedPointType,
): WeightsView {
  const integers = Array.from(values);
  const extreme = (integer: number): string => integerToNumber(integer, valueType).toFixed(12);
  const fraction = fractionBits(valueType);
  return {
    name,
    guard: `${name.toUpperCase()}_H_`,
    type,
    shape: shape.join(", "),
    count: integers.length,
    min: extreme(integers.reduce((a, b) => Math.min(a, b))),
    max: extreme(integers.reduce((a, b) => Math.max(a, b))),
    zeros: integers.filter((integer) => integer === 0).length,
    values: integers.map((integer) => formatDecimal(integer, fraction)).join(", "),
  };
}

/** Outputs first: (kh, kw, cin, cout) to (cout, kh, kw, cin), (in, out) to (out, in), as hls4ml's resource strategy has it. */
function outputsFirst({ dtype, shape, values }: IntTensor): IntTensor {
  const outputs = shape.at(-1)!;
  const inputs = values.length / outputs;
  return {
    dtype,
    shape: [outputs, ...shape.slice(0, -1)],
    values: Int32Array.from(
      values,
      (_, at) => values[(at % inputs) * outputs + Math.floor(at / inputs)]!,
    ),
  };
}

function sourceOf<K extends IntegerLayer["kind"]>(
  layer: HlsPlanLayer & { readonly sourceLayer: number },
  kind: K,
  network: IntegerNetwork,
): Extract<IntegerLayer, { kind: K }> {
  const source = network.layers[layer.sourceLayer];
  if (source?.kind === kind && (layer.resultOf ?? layer.name) === source.name) {
    return source as Extract<IntegerLayer, { kind: K }>;
  }
  throw new CnntargzError(
    "contract",
    `the plan's layer ${layer.name} is not layer ${layer.sourceLayer} of network ${network.name}; plan this network with planHls`,
  );
}

/**
 * The constants of all layers of a plan, from the network that it was made for.
 *
 * @throws CnntargzError `contract` when plan and network do not belong together.
 */
export function viewWeights(plan: HlsPlan, network: IntegerNetwork): WeightsView[] {
  return plan.layers.flatMap((layer) => {
    const { index } = layer;
    const [w, s, b] = [`w${index}`, `s${index}`, `b${index}`];
    switch (layer.kind) {
      case "conv2d":
      case "dense": {
        const { weights, bias } = sourceOf(layer, layer.kind, network);
        const reorder = plan.config.compat === "hls4ml" && layer.strategy === "resource";
        const ordered = reorder ? outputsFirst(weights) : weights;
        return [
          view(w, `weight${index}_t`, ordered, layer.weightType),
          view(b, `bias${index}_t`, bias, layer.biasType),
        ];
      }
      case "scale": {
        const { scale, bias } = sourceOf(layer, "scale", network);
        return [
          view(s, `scale${index}_t`, scale, layer.scaleType),
          view(b, `bias${index}_t`, bias, layer.biasType),
        ];
      }
      default:
        return [];
    }
  });
}
