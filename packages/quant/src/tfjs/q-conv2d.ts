import type { Conv2dSpec, LayerQuantizers } from "@cnntargz/contracts";

import { runKernel } from "./kernels.js";
import type { LayerOptions } from "./layer-factory.js";
import { type LinearMap, QuantizedLayer } from "./quantized-layer.js";

/** A quantized convolution, NHWC; kernel (kh, kw, cin, cout). */
export class QConv2D extends QuantizedLayer {
  static className = "QConv2D";
  protected override readonly map: LinearMap;
  readonly #conv: Conv2dSpec;

  constructor(spec: Conv2dSpec, quantizers: LayerQuantizers, options: LayerOptions) {
    super(spec, quantizers, options);
    this.#conv = spec;
    this.map = convolution(spec);
  }

  protected override kernelShape(inputShape: readonly (number | null)[]): number[] {
    return [...this.#conv.kernelSize, inputShape[3]!, this.#conv.filters];
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const { kernelSize, strides, padding, filters } = this.#conv;
    const slide = (axis: 0 | 1): number => {
      const size = inputShape[axis + 1]!;
      const room = padding === "same" ? size : size - kernelSize[axis] + 1;
      return Math.ceil(room / strides[axis]);
    };
    return [inputShape[0]!, slide(0), slide(1), filters];
  }
}

function convolution({ strides, padding }: Conv2dSpec): LinearMap {
  const attributes = {
    strides: [...strides],
    pad: padding,
    dataFormat: "NHWC",
    dimRoundingMode: null,
  };
  return {
    forward: (x, filter, bias) =>
      runKernel(
        "FusedConv2D",
        { x, filter, bias },
        { ...attributes, dilations: [1, 1], activation: "linear" },
      ),
    inputGradient: (x, filter, dy) =>
      runKernel("Conv2DBackpropInput", { dy, filter }, { ...attributes, inputShape: x.shape }),
    kernelGradient: (x, filter, dy) =>
      runKernel("Conv2DBackpropFilter", { x, dy }, { ...attributes, filterShape: filter.shape }),
  };
}
