import type { IntegerLayer } from "@cnntargz/contracts";

/**
 * The firmware index of each layer, counted as hls4ml counts a quantized network: the input is 1, a
 * conv2d or dense takes one number, its absorbed linear activation the next, its relu one more.
 * Weights thus keep the names they have in hls4ml's projects (w2, w5, w8 ... for conv + relu
 * chains), although here the activation is fused into the layer.
 */
export function layerIndices(layers: readonly IntegerLayer[]): number[] {
  let next = 2;
  return layers.map((layer) => {
    const index = next;
    const multiplies = layer.kind === "conv2d" || layer.kind === "dense";
    next += multiplies ? (layer.activation === "relu" ? 3 : 2) : 1;
    return index;
  });
}
