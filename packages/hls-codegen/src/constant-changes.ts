import type { FixedPointType, IntegerLayer, IntegerNetwork, IntTensor } from "@cnntargz/contracts";
import { castInteger, fractionBits, intervalOfType } from "@cnntargz/fixed-point";

/** How many of a tensor's constants are other numbers in another type. */
export interface TensorChanges {
  readonly total: number;
  /** Of other value, wrapped or rounded. */
  readonly changed: number;
  /** Outside the range of the other type. */
  readonly wrapped: number;
}

/** What became of one layer's constants. */
export interface ConstantChanges {
  readonly layer: string;
  readonly weights: TensorChanges;
  readonly bias: TensorChanges;
}

/** Value by value: what a tensor's constants are in another type, cast to it or as `after` has them. */
function changesOf(
  { values }: IntTensor,
  type: FixedPointType,
  to: FixedPointType,
  after?: IntTensor,
): TensorChanges {
  const [fraction, fractionTo] = [fractionBits(type), fractionBits(to)];
  const { min, max } = intervalOfType(to);
  let [changed, wrapped] = [0, 0];
  for (const [i, value] of values.entries()) {
    const other = after?.values[i] ?? Number(castInteger(BigInt(value), fraction, to));
    if (value * 2 ** -fraction !== other * 2 ** -fractionTo) changed += 1;
    // Rounded without an end to the range, the value shows whether it is out of it.
    const whole = Math.floor(value * 2 ** (fractionTo - fraction));
    if (whole < min || whole > max) wrapped += 1;
  }
  return { total: values.length, changed, wrapped };
}

/** What a layer's weights would become in another type. */
export const weightsIn = (
  layer: Extract<IntegerLayer, { kind: "conv2d" | "dense" }>,
  to: FixedPointType,
): TensorChanges => changesOf(layer.weights, layer.weightType, to);

const multiplies = (
  layer: IntegerLayer | undefined,
): layer is Extract<IntegerLayer, { kind: "conv2d" | "dense" }> =>
  layer?.kind === "conv2d" || layer?.kind === "dense";

/**
 * The convolutions and dense layers whose constants are other numbers in `other`, the same network in
 * other types: how many changed, and how many of them since they lie outside the other type's range.
 */
export function constantChanges(network: IntegerNetwork, other: IntegerNetwork): ConstantChanges[] {
  const others = new Map(other.layers.map((layer) => [layer.name, layer]));
  return network.layers.flatMap((layer) => {
    const next = others.get(layer.name);
    if (!multiplies(layer) || !multiplies(next)) return [];
    const weights = changesOf(layer.weights, layer.weightType, next.weightType, next.weights);
    const bias = changesOf(layer.bias, layer.biasType, next.biasType, next.bias);
    return weights.changed + bias.changed > 0 ? [{ layer: layer.name, weights, bias }] : [];
  });
}
