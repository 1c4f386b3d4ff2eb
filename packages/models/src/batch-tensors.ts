import { type Batch, type BatchSource, CnntargzError } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";

/** The images of a batch as an NHWC tensor; the batch's own array stays free for reuse. */
export function imageTensor(batch: Batch, source: Pick<BatchSource, "imageShape">): tf.Tensor4D {
  const [height, width, channels] = source.imageShape;
  const size = batch.count * height * width * channels;
  assertFilled("images", batch.images.length, size);
  return tf.tensor4d(batch.images.slice(0, size), [batch.count, height, width, channels]);
}

/** The targets of a batch, (n, 2). */
export function targetTensor(batch: Batch): tf.Tensor2D {
  assertFilled("targets", batch.targets.length, 2 * batch.count);
  return tf.tensor2d(batch.targets.slice(0, 2 * batch.count), [batch.count, 2]);
}

/** Consecutive indices `from .. min(from + size, end) - 1`. */
export function indexRange(from: number, size: number, end: number): Uint32Array {
  return Uint32Array.from({ length: Math.min(size, end - from) }, (_, offset) => from + offset);
}

function assertFilled(field: string, length: number, wanted: number): void {
  if (length >= wanted) return;
  throw new CnntargzError(
    "contract",
    `a batch's ${field} hold ${length} values, its count wants ${wanted}`,
  );
}
