import { version_wasm } from "@tensorflow/tfjs-backend-wasm";
import type * as tfjsCore from "@tensorflow/tfjs-core";

/** The tfjs-core namespace: `import * as tf from "@tensorflow/tfjs-core"` (or the union package). */
export type TensorFlow = typeof tfjsCore;

/** The one tfjs release whose internals these kernels were written and tested against. */
const TFJS_VERSION = "4.22.0";

/** The internals of the tfjs wasm backend that the kernels use. */
export interface WasmBackend {
  readonly wasm: {
    /** The exports of the backend's own module; `memory` is a `WebAssembly.Memory`. */
    readonly asm: { readonly memory: { readonly buffer: ArrayBuffer } };
    _malloc(bytes: number): number;
    _free(address: number): void;
    /** The list of tensors that the stock kernels know; neither function touches the heap. */
    readonly tfjs: {
      registerTensor(id: number, size: number, address: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: {
    get(dataId: object): { readonly id: number; readonly memoryOffset: number };
  };
  makeOutput(shape: number[], dtype: tfjsCore.DataType): tfjsCore.TensorInfo;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
  refCount(dataId: object): number;
}

/** Thrown for everything that keeps the kernels from being registered or from running. */
export class WasmKernelsError extends Error {
  override readonly name = "WasmKernelsError";
}

/**
 * The current backend, checked to be the wasm backend of the expected release.
 *
 * @throws WasmKernelsError when another backend is current, or when tfjs has another version or other internals.
 */
export function requireWasmBackend(tf: TensorFlow): WasmBackend {
  const name = tf.getBackend();
  if (name !== "wasm") {
    throw new WasmKernelsError(
      `The training kernels need the "wasm" backend, but the current backend is ${name ? `"${name}"` : "not set"}: ` +
        `import "@tensorflow/tfjs-backend-wasm", then await tf.setBackend("wasm"), then register.`,
    );
  }
  for (const [packageName, version] of [
    ["@tensorflow/tfjs-core", tf.version_core],
    ["@tensorflow/tfjs-backend-wasm", version_wasm],
  ] as [string, string][]) {
    if (version !== TFJS_VERSION) {
      throw new WasmKernelsError(
        `The training kernels work on internals of tfjs ${TFJS_VERSION}, but ${packageName} is ${version}: ` +
          `install @tensorflow/tfjs-core and @tensorflow/tfjs-backend-wasm at exactly ${TFJS_VERSION}.`,
      );
    }
  }
  const backend: unknown = tf.backend();
  const missing = missingInternals(backend);
  if (missing.length > 0) {
    throw new WasmKernelsError(
      `The "wasm" backend lacks ${missing.join(", ")}, which the one of tfjs ${TFJS_VERSION} has: ` +
        `install @tensorflow/tfjs-backend-wasm at exactly ${TFJS_VERSION}.`,
    );
  }
  return backend as WasmBackend;
}

function missingInternals(backend: unknown): string[] {
  const at = (path: string): unknown =>
    path
      .split(".")
      .reduce<unknown>(
        (value, key) => (value as Record<string, unknown> | undefined)?.[key],
        backend,
      );
  const functions = [
    "wasm._malloc",
    "wasm._free",
    "wasm.tfjs.registerTensor",
    "wasm.tfjs.disposeData",
    "dataIdMap.get",
    "makeOutput",
    "disposeData",
    "incRef",
    "refCount",
  ].filter((path) => typeof at(path) !== "function");
  return at("wasm.asm.memory.buffer") instanceof ArrayBuffer
    ? functions
    : [...functions, "wasm.asm.memory (a WebAssembly.Memory that is not shared)"];
}
