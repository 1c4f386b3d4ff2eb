import type { KernelExports } from "./module.js";
import { type WasmBackend, WasmKernelsError } from "./tensorflow.js";

/** The kernels that the addon replaces; the others stay those of the WebAssembly module. */
const NATIVE_KERNELS = [
  "convForward",
  "convFilterGradient",
  "maxPoolTiled",
  "maxPoolGradientTiled",
  "matMul",
  "reluGradBounded",
  "fakeQuantize",
  "sumRows",
  "adamStep",
] as const satisfies readonly (keyof KernelExports)[];

/**
 * The addon: each kernel of the WebAssembly module that it replaces, with the same arguments behind one more, the
 * memory that all addresses are in. It uses no scratch memory of the heap and throws on addresses outside it.
 */
export type NativeKernels = {
  readonly [Name in (typeof NATIVE_KERNELS)[number]]: (
    memory: ArrayBuffer,
    ...args: Parameters<KernelExports[Name]>
  ) => void;
};

/** What all of them have in common. */
type AnyKernel = (memory: ArrayBuffer, ...args: number[]) => void;

/**
 * The addon's kernels on the heap of the backend, in the form in which they take the place of the module's.
 *
 * @throws WasmKernelsError when the addon lacks a kernel.
 */
export function bindNativeKernels(
  { wasm }: WasmBackend,
  native: NativeKernels,
): Partial<KernelExports> {
  const { memory } = wasm.asm;
  const missing = NATIVE_KERNELS.filter((name) => typeof native[name] !== "function");
  if (missing.length > 0) {
    throw new WasmKernelsError(
      `The addon lacks the kernels ${missing.join(", ")}: install @cnntargz/native-kernels of the same version ` +
        `and build it again with npx cnntargz-build-native.`,
    );
  }
  const table = native as unknown as Readonly<Record<string, AnyKernel>>;
  const bound = NATIVE_KERNELS.map((name) => {
    const kernel = table[name]!;
    // The buffer is another one after the heap has grown, so it is asked for in every call.
    return [
      name,
      (...args: number[]): void => {
        kernel(memory.buffer, ...args);
      },
    ] as const;
  });
  const noScratch = (): number => 0;
  return {
    ...(Object.fromEntries(bound) as Partial<KernelExports>),
    convScratchBytes: noScratch,
    matMulScratchBytes: noScratch,
  };
}
