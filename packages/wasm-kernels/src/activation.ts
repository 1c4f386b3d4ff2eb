import {
  Elu,
  type FusedConv2DAttrs,
  LeakyRelu,
  type NamedAttrMap,
  Prelu,
  Relu,
  Relu6,
  Sigmoid,
  type TensorInfo,
  getKernel,
} from "@tensorflow/tfjs-core";

import { type KernelCall, input } from "./kernel.js";
import { WasmKernelsError } from "./tensorflow.js";

/** The activations of the fused kernels, as kernels of their own. */
const ACTIVATION_KERNELS: Record<string, string> = {
  relu: Relu,
  relu6: Relu6,
  elu: Elu,
  prelu: Prelu,
  leakyrelu: LeakyRelu,
  sigmoid: Sigmoid,
};

/**
 * The activation of a fused kernel, applied to its result `x`, which is disposed.
 *
 * @throws WasmKernelsError for an activation that tfjs does not fuse.
 */
export function activate(call: KernelCall, activation: string, x: TensorInfo): TensorInfo {
  if (activation === "linear") return x;
  const kernelName = ACTIVATION_KERNELS[activation];
  if (kernelName === undefined) {
    throw new WasmKernelsError(
      `No kernel fuses the activation "${activation}": use linear, ${Object.keys(ACTIVATION_KERNELS).join(", ")}.`,
    );
  }
  const { backend } = call.runtime;
  const { leakyreluAlpha = 0.2 } = call.attrs as unknown as Partial<FusedConv2DAttrs>;
  const attrs: NamedAttrMap = activation === "leakyrelu" ? { alpha: leakyreluAlpha } : {};
  const inputs =
    activation === "prelu" ? { x, alpha: input(call, "preluActivationWeights") } : { x };
  const y = getKernel(kernelName, "wasm").kernelFunc({ inputs, attrs, backend }) as TensorInfo;
  backend.disposeData(x.dataId);
  return y;
}
