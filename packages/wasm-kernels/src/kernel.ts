import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";

import { type KernelRuntime, runtimeOf } from "./runtime.js";
import { type TensorFlow, WasmKernelsError } from "./tensorflow.js";

/** What a kernel gets: its tensors and attributes by their tfjs names, the runtime, and the stock kernel. */
export interface KernelCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly runtime: KernelRuntime;
  /** Runs the kernel that tfjs ships instead, on the same or other arguments; throws where it ships none. */
  stock(other?: { inputs: NamedTensorInfoMap; attrs: NamedAttrMap }): TensorInfo;
}

/** One kernel: calls `stock()` for every case that it does not handle itself. */
export interface TrainingKernel {
  readonly kernelName: string;
  readonly run: (call: KernelCall) => TensorInfo;
}

/** Registers a kernel for the wasm backend in place of the stock one, which stays behind as its fallback. */
export function registerKernel(tf: TensorFlow, kernel: TrainingKernel): void {
  const { kernelName } = kernel;
  // getKernel is typed as never undefined, but is for a kernel that tfjs does not ship.
  const stock = tf.getKernel(kernelName, "wasm") as ReturnType<typeof tf.getKernel> | undefined;
  if (stock !== undefined) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({
    // Keeps the set-up of the stock kernel, which a backend that is made anew needs.
    ...stock,
    kernelName,
    backendName: "wasm",
    kernelFunc: (params) => {
      const runStock: KernelCall["stock"] = (other) => {
        if (stock === undefined) {
          throw new WasmKernelsError(
            `The wasm backend has no stock kernel "${kernelName}" for this case: use float32 tensors in NHWC ` +
              `layout, and call registerTrainingKernels again if the backend was made anew.`,
          );
        }
        return stock.kernelFunc({ ...params, ...other }) as TensorInfo;
      };
      const runtime = runtimeOf(params.backend);
      if (runtime === undefined) return runStock();
      return kernel.run({
        inputs: params.inputs,
        attrs: params.attrs ?? {},
        runtime,
        stock: runStock,
      });
    },
  });
}

/** An input that the op always gives. */
export function input(call: KernelCall, name: string): TensorInfo {
  const tensor = call.inputs[name];
  if (tensor == null) {
    throw new WasmKernelsError(`A kernel was called without its input "${name}".`);
  }
  return tensor;
}

/** Whether all tensors hold 32-bit floats, the only type that the kernels handle. */
export function allFloat(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every(({ dtype }) => dtype === "float32");
}

/** Whether a tensor is a float32 vector of `size` values, as a bias must be. */
export function isVector(tensor: TensorInfo, size: number): boolean {
  return allFloat(tensor) && tensor.shape.length === 1 && tensor.shape[0] === size;
}
