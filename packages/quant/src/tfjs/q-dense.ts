import type { DenseSpec, LayerQuantizers } from "@cnntargz/contracts";
import * as tf from "@tensorflow/tfjs-core";

import type { LayerOptions } from "./layer-factory.js";
import { type LinearMap, QuantizedLayer } from "./quantized-layer.js";

/** A quantized dense layer; kernel (in, out). */
export class QDense extends QuantizedLayer {
  static className = "QDense";
  protected override readonly map: LinearMap = product;
  readonly #units: number;

  constructor(spec: DenseSpec, quantizers: LayerQuantizers, options: LayerOptions) {
    super(spec, quantizers, options);
    this.#units = spec.units;
  }

  protected override kernelShape(inputShape: readonly (number | null)[]): number[] {
    return [inputShape.at(-1)!, this.#units];
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0]!, this.#units];
  }
}

const product: LinearMap = {
  forward: (x, kernel, bias) => tf.fused.matMul({ a: x, b: kernel, bias, activation: "linear" }),
  inputGradient: (_, kernel, dSum) => tf.matMul(dSum, kernel, false, true),
  kernelGradient: (x, _, dSum) => tf.matMul(x, dSum, true, false),
};
