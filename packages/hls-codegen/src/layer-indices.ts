import type { IntegerConv2d, IntegerDense, IntegerLayer } from "@cnntargz/contracts";
import { sameType } from "@cnntargz/fixed-point";

/** Firmware indices that belong to one layer of a network. */
export interface LayerIndices {
  readonly index: number;
  /** For its activation, where that becomes a layer of its own. */
  readonly activation: number;
  /** For its zero padding, where that becomes a layer of its own. */
  readonly padding: number;
}

const multiplies = (layer: IntegerLayer): layer is IntegerConv2d | IntegerDense =>
  layer.kind === "conv2d" || layer.kind === "dense";

/** Whether something happens to a layer's sums that hls4ml has an activation layer for. */
export const hasActivation = (layer: IntegerConv2d | IntegerDense): boolean =>
  layer.activation === "relu" || !sameType(layer.resultType, layer.accumulatorType);

const hasPads = (layer: IntegerLayer): boolean =>
  layer.kind === "conv2d" && Object.values(layer.pads).some((zeros) => zeros > 0);

/** Whether a layer is the scale that was taken out of the weights of the layer before. */
const isAlpha = (layer: IntegerLayer, previous: IntegerLayer | undefined): boolean =>
  layer.kind === "scale" && layer.name === `${previous?.name ?? ""}_alpha`;

/**
 * The firmware indices of a network's layers, counted as hls4ml counts a quantized network: the input
 * is 1, a conv2d or dense takes one number, its absorbed linear activation the next, its relu or cast
 * one more. Weights thus keep the names they have in hls4ml's projects (w2, w5, w8 ... for conv + relu
 * chains), whether the activation is fused into the layer or follows on its own.
 *
 * What hls4ml's passes insert comes after the last layer: first the scales of weights, for which the
 * convolutions and dense layers up to the last that has one take a number each, then zero padding.
 */
export function layerIndices(layers: readonly IntegerLayer[]): LayerIndices[] {
  let next = 2;
  const early = layers.map((layer, i) => {
    const index = next;
    if (isAlpha(layer, layers[i - 1])) return index;
    next += multiplies(layer) ? (hasActivation(layer) ? 3 : 2) : 1;
    return index;
  });
  const lastAlpha = layers.findLastIndex((layer, i) => isAlpha(layer, layers[i - 1]));
  const scales = new Map<number, number>();
  layers.slice(0, lastAlpha + 1).forEach((layer, i) => {
    if (multiplies(layer)) scales.set(i + 1, next++);
  });
  return layers.map((layer, i) => {
    const index = isAlpha(layer, layers[i - 1]) ? scales.get(i)! : early[i]!;
    return { index, activation: index + 2, padding: hasPads(layer) ? next++ : index };
  });
}
