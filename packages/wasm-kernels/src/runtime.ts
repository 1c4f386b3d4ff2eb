import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";

import type { KernelExports, KernelVariant } from "./module.js";
import { type TensorFlow, type WasmBackend, WasmKernelsError } from "./tensorflow.js";

/** Largest byte count that a 32-bit WebAssembly address space can hold. */
const MAX_BYTES = 2 ** 32 - 1;
const SCRATCH_ALIGNMENT = 64;

/** The kernels on one backend, with addresses, outputs and one growing scratch buffer on its heap. */
export class KernelRuntime {
  readonly backend: WasmBackend;
  readonly variant: KernelVariant;
  readonly kernels: KernelExports;
  #scratchAddress = 0;
  #scratchBytes = 0;

  constructor(backend: WasmBackend, variant: KernelVariant, kernels: KernelExports) {
    this.backend = backend;
    this.variant = variant;
    this.kernels = kernels;
  }

  /** Byte address of the values of a tensor on the heap. */
  address(tensor: { dataId: object; shape: number[] }): number {
    const address = this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
    // tfjs does not check its malloc: a tensor at address 0 is one that did not fit.
    if (address === 0 && sizeOf(tensor.shape) > 0) {
      throw this.#outOfMemory(sizeOf(tensor.shape) * 4, `tensor [${tensor.shape.join(", ")}]`);
    }
    return address;
  }

  /**
   * To be called after values were changed in place: stock kernels keep a packed copy of their weights for as long
   * as a tensor's id is registered, and would go on with the old values.
   */
  forgetPackedCopies(tensor: { dataId: object; shape: number[] }): void {
    const { id, memoryOffset } = this.backend.dataIdMap.get(tensor.dataId);
    const { tfjs } = this.backend.wasm;
    tfjs.disposeData(id);
    tfjs.registerTensor(id, sizeOf(tensor.shape), memoryOffset);
  }

  /** A new tensor of undefined contents, as a kernel returns it. */
  output(shape: number[], dtype: DataType = "float32"): { info: TensorInfo; address: number } {
    const bytes = sizeOf(shape) * 4;
    if (bytes > MAX_BYTES) throw this.#outOfMemory(bytes, `tensor [${shape.join(", ")}]`);
    const info = this.backend.makeOutput(shape, dtype);
    try {
      return { info, address: this.address(info) };
    } catch (error) {
      this.backend.disposeData(info.dataId);
      throw error;
    }
  }

  /**
   * Address of at least `bytes` of scratch; valid until the next call.
   *
   * @throws WasmKernelsError when the heap is full.
   */
  scratch(bytes: number): number {
    if (bytes > this.#scratchBytes) {
      const { wasm } = this.backend;
      if (this.#scratchAddress !== 0) wasm._free(this.#scratchAddress);
      this.#scratchAddress = 0;
      this.#scratchBytes = 0;
      const total = bytes + SCRATCH_ALIGNMENT;
      // Above 2 GiB malloc returns a negative number: the address read as signed.
      const address = total > MAX_BYTES ? 0 : wasm._malloc(total) >>> 0;
      if (address === 0) throw this.#outOfMemory(total, "scratch memory");
      this.#scratchAddress = address;
      this.#scratchBytes = bytes;
    }
    return Math.ceil(this.#scratchAddress / SCRATCH_ALIGNMENT) * SCRATCH_ALIGNMENT;
  }

  #outOfMemory(bytes: number, what: string): WasmKernelsError {
    const mebibytes = (n: number): string => `${(n / 2 ** 20).toFixed(1)} MiB`;
    return new WasmKernelsError(
      `The WebAssembly heap is full: ${what} needs ${mebibytes(bytes)} more, the heap has ` +
        `${mebibytes(this.backend.wasm.asm.memory.buffer.byteLength)} of at most 4096 MiB: ` +
        `use smaller batches, or dispose tensors that are no longer needed.`,
    );
  }
}

const runtimes = new WeakMap<object, KernelRuntime>();

/** The runtime of a backend, or undefined where the kernels are not registered. */
export function runtimeOf(backend: object): KernelRuntime | undefined {
  return runtimes.get(backend);
}

/** The runtime of the current backend, or undefined where the kernels are not registered. */
export function currentRuntime(tf: TensorFlow): KernelRuntime | undefined {
  return tf.getBackend() === "wasm" ? runtimes.get(tf.backend()) : undefined;
}

/** Remembers the runtime of its backend. */
export function keepRuntime(runtime: KernelRuntime): void {
  runtimes.set(runtime.backend, runtime);
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}
