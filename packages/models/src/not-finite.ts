import type { Batch, NetworkSpec } from "@cnntargz/contracts";
import type * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

import { forward } from "./network.js";

/** A network and what is needed to look for the place where its numbers ended. */
export interface Inspected {
  readonly model: LayersModel;
  readonly spec: NetworkSpec;
}

/** Position of the first value that is NaN or infinite; -1 when there is none. */
function firstNotFinite(values: ArrayLike<number>): number {
  // x - x is 0 for every finite x: one sum tells of all, without a branch per value.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  if (sum === 0) return -1;
  return Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
}

/**
 * Where a batch whose loss is not finite first leaves the numbers, on the way from the images to the
 * loss: in the images, in the output of a layer, or in the targets. Call it inside `tf.tidy`.
 */
export function locateInForwardPass(
  { model, spec }: Inspected,
  images: tf.Tensor4D,
  batch: Batch,
  indices: Uint32Array,
): string {
  const pixels = images.size / batch.count;
  const image = firstNotFinite(images.dataSync<"float32">());
  if (image >= 0) return `the image of training example ${indices[Math.floor(image / pixels)]!}`;
  const names = spec.layers.map(({ name }) => name);
  const { taps } = forward(model, spec, images, names, true);
  for (const name of names) {
    if (firstNotFinite(taps[name]!.dataSync<"float32">()) >= 0) {
      return `the output of layer ${name}`;
    }
  }
  const target = firstNotFinite(batch.targets.subarray(0, 2 * batch.count));
  if (target >= 0) return `a target of training example ${indices[target >> 1]!}`;
  return "the loss itself";
}

/**
 * The layer in whose gradient numbers first end on the way back from the loss, or null when all are
 * finite; `names` are those of the variables, `<layer>/kernel` for instance.
 */
export function locateInGradients(
  names: readonly string[],
  gradients: readonly tf.Tensor[],
): string | null {
  for (let index = gradients.length - 1; index >= 0; index--) {
    if (firstNotFinite(gradients[index]!.dataSync<"float32">()) < 0) continue;
    const name = names[index]!;
    return name.includes("/")
      ? `the gradient of layer ${name.replace("/", ", ")}`
      : `the gradient of ${name}`;
  }
  return null;
}
