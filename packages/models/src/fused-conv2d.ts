import type { Conv2dSpec } from "@cnntargz/contracts";
import { registeredVariant, RELU_GRAD_BOUNDED } from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers } from "@tensorflow/tfjs-layers";

import type { LayerOptions } from "./layer-factory.js";

type ImageShape = [number | null, number, number, number];

/**
 * Convolution, bias and ReLU as one kernel call with one gradient: while gradients are recorded,
 * `tf.layers.conv2d` makes three passes over the image instead. The first layer of a network does
 * not compute the gradient of its input, which nobody asks for.
 */
export class FusedConv2d extends layers.Layer {
  static className = "FusedConv2d";
  readonly #spec: Conv2dSpec;
  readonly #seed: number;
  readonly #isFirst: boolean;
  #kernel?: layers.Layer["weights"][number];
  #bias?: layers.Layer["weights"][number];

  constructor(spec: Conv2dSpec, { seed, inputShape }: LayerOptions) {
    super({ name: spec.name, ...(inputShape && { inputShape: [...inputShape] }) });
    this.#spec = spec;
    this.#seed = seed;
    this.#isFirst = inputShape !== undefined;
  }

  override build(inputShape: ImageShape): void {
    const { kernelSize, filters } = this.#spec;
    const shape = [...kernelSize, inputShape[3], filters];
    const seeded = initializers.heNormal({ seed: this.#seed });
    this.#kernel = this.addWeight("kernel", shape, "float32", seeded);
    this.#bias = this.addWeight("bias", [filters], "float32", initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: ImageShape): ImageShape {
    const [batch, height, width] = inputShape;
    const { kernelSize, strides, padding, filters } = this.#spec;
    const slide = (axis: 0 | 1, size: number): number => {
      const room = padding === "same" ? size : size - kernelSize[axis] + 1;
      return Math.ceil(room / strides[axis]);
    };
    return [batch, slide(0, height), slide(1, width), filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return convolve(x, this.#kernel!.read(), this.#bias!.read(), this.#spec, this.#isFirst);
  }

  override getConfig(): ReturnType<layers.Layer["getConfig"]> {
    return { ...super.getConfig(), spec: structuredClone(this.#spec) as never, seed: this.#seed };
  }
}

/** relu(conv2d(x, kernel) + bias); the gradient of `x` is left out for a first layer. */
function convolve(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor,
  { strides, padding }: Conv2dSpec,
  isFirst: boolean,
): tf.Tensor {
  const attributes = {
    strides: [...strides],
    pad: padding,
    dataFormat: "NHWC",
    dimRoundingMode: null,
  };
  const forward = (save: tf.GradSaveFunc): tf.Tensor => {
    const more = { ...attributes, dilations: [1, 1], activation: "relu" };
    const y = run(tf.FusedConv2D, { x, filter: kernel, bias }, more);
    save([x, kernel, y]);
    return y;
  };
  const backward = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
    const [x, filter, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const dSum = reluGradient(y, dy);
    const filterShape = [...filter.shape];
    const dKernel = run(tf.Conv2DBackpropFilter, { x, dy: dSum }, { ...attributes, filterShape });
    const dBias = tf.sum(dSum, [0, 1, 2]);
    if (isFirst) return [dKernel, dBias];
    const inputShape = [...x.shape];
    const dx = run(tf.Conv2DBackpropInput, { dy: dSum, filter }, { ...attributes, inputShape });
    return [dx, dKernel, dBias];
  };
  const withGradient = tf.customGrad((...args) => ({
    value: forward(args.at(-1) as tf.GradSaveFunc),
    gradFunc: backward,
  }));
  return isFirst ? withGradient(kernel, bias) : withGradient(x, kernel, bias);
}

/** The gradient before a ReLU that gave `y`. */
function reluGradient(y: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return registeredVariant(tf) === undefined
    ? tf.mul(dy, tf.step(y))
    : run(RELU_GRAD_BOUNDED, { x: y, dy }, { high: Infinity });
}

function run(name: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor {
  return tf.engine().runKernel(name, inputs, { ...attributes });
}
