import type { AveragePool2dSpec } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";

import { parseQuantizer } from "../notation.js";
import { type ActivationFunction, quantizerFunction } from "./activation-function.js";
import { runKernel } from "./kernels.js";
import type { LayerOptions } from "./layer-factory.js";

/** An average pool whose means are quantized; the mean is an exact sum, divided once. */
export class QAveragePool2D extends layers.Layer {
  static className = "QAveragePool2D";
  readonly #spec: AveragePool2dSpec;
  readonly #notation: string;
  readonly #quantize: ActivationFunction;
  readonly #strides: [number, number];
  readonly #seed: number;

  constructor(spec: AveragePool2dSpec, notation: string, { inputShape, seed }: LayerOptions) {
    super({ name: spec.name, ...(inputShape && { inputShape: [...inputShape] }) });
    this.#spec = spec;
    this.#seed = seed;
    this.#notation = notation;
    this.#quantize = quantizerFunction(parseQuantizer(notation));
    this.#strides = [...(spec.strides ?? spec.poolSize)];
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const slide = (axis: 0 | 1): number =>
      Math.floor((inputShape[axis + 1]! - this.#spec.poolSize[axis]) / this.#strides[axis]) + 1;
    return [inputShape[0]!, slide(0), slide(1), inputShape[3]!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown> = {}): tf.Tensor {
    const noiseSeed = kwargs["training"] === true ? this.#seed : undefined;
    const input = Array.isArray(inputs) ? inputs[0]! : inputs;
    const filterSize = [...this.#spec.poolSize] as [number, number];
    const [height, width] = filterSize;
    const strides = this.#strides;
    // tf.avgPool multiplies by a rounded 1 / n on some backends, which can miss a tie.
    const meanOf = (x: tf.Tensor): tf.Tensor => {
      const ones = tf.ones<tf.Rank.R4>([height, width, x.shape[3]!, 1]);
      const sum = tf.depthwiseConv2d(x as tf.Tensor4D, ones, strides, "valid");
      return tf.div(sum, height * width);
    };
    return tf.customGrad((...args) => {
      const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
      const mean = meanOf(x);
      save([x, mean]);
      return {
        value: this.#quantize.forward(mean, noiseSeed),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const dMean = this.#quantize.backward(dy, saved[1]!);
          return runKernel(
            "AvgPoolGrad",
            { dy: dMean, input: saved[0]! },
            { filterSize, strides, pad: "valid" },
          );
        },
      };
    })(input);
  }

  override getConfig(): ReturnType<layers.Layer["getConfig"]> {
    return {
      ...super.getConfig(),
      spec: structuredClone(this.#spec) as never,
      quantizer: this.#notation,
    };
  }
}
