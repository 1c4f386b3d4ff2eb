import {
  type Conv2dSpec,
  type DenseSpec,
  LayerQuantizers,
  parseOptions,
} from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";
import { initializers, layers } from "@tensorflow/tfjs-layers";

import { parseQuantizer } from "../notation.js";
import type { Quantizer } from "../quantizer.js";
import { type ActivationFunction, activationFunction } from "./activation-function.js";
import type { LayerOptions } from "./layer-factory.js";
import { quantizeWeight, weightGradient } from "./weight-function.js";

/** The linear part of a layer: y = W x + b and its gradients, called where none are recorded. */
export interface LinearMap {
  readonly forward: (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) => tf.Tensor;
  readonly inputGradient: (x: tf.Tensor, kernel: tf.Tensor, dSum: tf.Tensor) => tf.Tensor;
  readonly kernelGradient: (x: tf.Tensor, kernel: tf.Tensor, dSum: tf.Tensor) => tf.Tensor;
}

/**
 * A convolution or dense layer whose kernel, bias and activation pass through quantizers, as one
 * operation with one gradient. Weights: `kernel` and `bias`, in floating point. The first layer of a
 * network does not compute the gradient of its input, which nobody asks for.
 */
export abstract class QuantizedLayer extends layers.Layer {
  readonly #spec: Conv2dSpec | DenseSpec;
  readonly #quantizers: LayerQuantizers;
  readonly #kernelQuantizer: Quantizer | null;
  readonly #biasQuantizer: Quantizer | null;
  readonly #activation: ActivationFunction;
  readonly #seed: number;
  readonly #isFirst: boolean;
  #kernel?: layers.Layer["weights"][number];
  #bias?: layers.Layer["weights"][number];

  constructor(
    spec: Conv2dSpec | DenseSpec,
    quantizers: LayerQuantizers,
    { seed, inputShape }: LayerOptions,
  ) {
    super({ name: spec.name, ...(inputShape && { inputShape: [...inputShape] }) });
    parseOptions(LayerQuantizers, quantizers, `quantizers of ${spec.name}`);
    this.#spec = spec;
    this.#quantizers = quantizers;
    this.#kernelQuantizer = parseOptional(quantizers.kernel);
    this.#biasQuantizer = parseOptional(quantizers.bias);
    const quantizer = parseOptional(quantizers.activation);
    this.#activation = activationFunction(spec.activation, quantizer, spec.name);
    this.#seed = seed;
    this.#isFirst = inputShape !== undefined;
  }

  protected abstract readonly map: LinearMap;
  /** Shape of the kernel for inputs of this shape (batch first); the last axis holds the outputs. */
  protected abstract kernelShape(inputShape: readonly (number | null)[]): number[];

  override build(inputShape: (number | null)[]): void {
    const shape = this.kernelShape(inputShape);
    const seed = this.#seed;
    const initializer =
      this.#spec.activation === "relu"
        ? initializers.heNormal({ seed })
        : initializers.glorotUniform({ seed });
    this.#kernel = this.addWeight("kernel", shape, "float32", initializer);
    this.#bias = this.addWeight("bias", [shape.at(-1)!], "float32", initializers.zeros());
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown> = {}): tf.Tensor {
    const noiseSeed = kwargs["training"] === true ? this.#seed : undefined;
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const kernel = this.#kernel!.read();
    const bias = this.#bias!.read();
    const forward = (save: tf.GradSaveFunc): tf.Tensor => {
      const quantizedKernel = quantizeWeight(this.#kernelQuantizer, kernel, noiseSeed);
      const quantizedBias = quantizeWeight(this.#biasQuantizer, bias, noiseSeed);
      const sum = this.map.forward(x, quantizedKernel, quantizedBias);
      save([x, quantizedKernel, sum, kernel, bias]);
      return this.#activation.forward(sum, noiseSeed);
    };
    const gradients = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [input, quantizedKernel, sum, floatKernel, floatBias] = saved as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const dSum = this.#activation.backward(dy, sum);
      const dKernel = this.map.kernelGradient(input, quantizedKernel, dSum);
      const dBias = tf.sum(
        dSum,
        dSum.shape.slice(0, -1).map((_, axis) => axis),
      );
      const dWeights = [
        weightGradient(this.#kernelQuantizer, floatKernel, dKernel),
        weightGradient(this.#biasQuantizer, floatBias, dBias),
      ];
      if (this.#isFirst) return dWeights;
      return [this.map.inputGradient(input, quantizedKernel, dSum), ...dWeights];
    };
    const operation = tf.customGrad((...args) => ({
      value: forward(args.at(-1) as tf.GradSaveFunc),
      gradFunc: gradients,
    }));
    return this.#isFirst ? operation(kernel, bias) : operation(x, kernel, bias);
  }

  override getConfig(): ReturnType<layers.Layer["getConfig"]> {
    return {
      ...super.getConfig(),
      spec: structuredClone(this.#spec) as never,
      quantizers: structuredClone(this.#quantizers) as never,
      seed: this.#seed,
    };
  }
}

function parseOptional(notation: string | undefined): Quantizer | null {
  return notation === undefined ? null : parseQuantizer(notation);
}
