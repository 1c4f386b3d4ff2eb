import * as tf from "@tensorflow/tfjs-core";

/** Whether the current backend has a kernel of this name; the private ones come with wasm-kernels. */
function hasKernel(name: string): boolean {
  // getKernel is typed as never undefined, but is for an unknown kernel.
  return (tf.getKernel(name, tf.getBackend()) as unknown) !== undefined;
}

/** Run a kernel by name, outside of any gradient. */
export function runKernel(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: object,
): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attributes as never);
}

/** clamp(roundHalfEven(x scale), low, high) / scale with a power of two `scale`. */
export function fakeQuantize(x: tf.Tensor, scale: number, low: number, high: number): tf.Tensor {
  if (hasKernel("FakeQuantize")) return runKernel("FakeQuantize", { x }, { scale, low, high });
  return tf.tidy(() => tf.div(tf.clipByValue(tf.round(tf.mul(x, scale)), low, high), scale));
}

/** dy where 0 < x <= high, else 0. */
export function reluGradient(x: tf.Tensor, dy: tf.Tensor, high: number): tf.Tensor {
  if (hasKernel("ReluGradBounded")) return runKernel("ReluGradBounded", { x, dy }, { high });
  return gradientWhere(dy, () => {
    const isPositive = tf.greater(x, 0);
    return high === Number.POSITIVE_INFINITY
      ? isPositive
      : tf.logicalAnd(isPositive, tf.lessEqual(x, high));
  });
}

/** dy where `condition`, else 0. */
export function gradientWhere(dy: tf.Tensor, condition: () => tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.mul(dy, tf.cast(condition(), "float32")));
}
