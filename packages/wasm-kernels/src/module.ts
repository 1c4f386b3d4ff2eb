import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { WasmKernelsError, type WasmBackend } from "./tensorflow.js";

/**
 * Which kernels run: `simd` has the same bits on every machine; `relaxed` uses fused multiply-add
 * where the processor has it, so its bits depend on the machine, and it needs an engine with relaxed SIMD
 * (Node 22 and later; Node 20 with `--experimental-wasm-relaxed-simd`); `native` takes the hot kernels from the
 * addon @cnntargz/native-kernels, with bits of its own, and the rest from `simd`.
 */
export type KernelVariant = "simd" | "relaxed" | "native";

/** The variants that are compiled to WebAssembly. */
type ModuleVariant = Exclude<KernelVariant, "native">;

/** The part of a convolution that its scratch memory depends on. */
type ConvSize = [
  inChannels: number,
  filterHeight: number,
  filterWidth: number,
  outChannels: number,
  outHeight: number,
  outWidth: number,
  strideHeight: number,
  strideWidth: number,
  dilationHeight: number,
  dilationWidth: number,
  groups: number,
];
/** Negative padding leaves out pixels. */
export type Conv = [
  height: number,
  width: number,
  padTop: number,
  padLeft: number,
  ...size: ConvSize,
];
type TiledPool = [
  batch: number,
  height: number,
  width: number,
  channels: number,
  windowHeight: number,
  windowWidth: number,
  outHeight: number,
  outWidth: number,
];
type Pool = [
  batch: number,
  height: number,
  width: number,
  channels: number,
  windowHeight: number,
  windowWidth: number,
  strideHeight: number,
  strideWidth: number,
  padTop: number,
  padLeft: number,
  outHeight: number,
  outWidth: number,
];

/** The functions of the compiled module (see assembly/); pointers are byte addresses on the tfjs heap. */
export interface KernelExports {
  convScratchBytes(...size: ConvSize): number;
  convForward(
    ...args: [
      x: number,
      filter: number,
      bias: number,
      y: number,
      batch: number,
      ...conv: Conv,
      relu: number,
      scratch: number,
    ]
  ): void;
  convFilterGradient(
    ...args: [x: number, dy: number, dFilter: number, batch: number, ...conv: Conv, scratch: number]
  ): void;
  rotateFilter(
    filter: number,
    to: number,
    taps: number,
    inChannels: number,
    outChannels: number,
    groups: number,
  ): void;
  spreadWithZeros(
    dy: number,
    to: number,
    batch: number,
    height: number,
    width: number,
    channels: number,
    strideHeight: number,
    strideWidth: number,
  ): void;
  maxPoolTiled(...args: [x: number, y: number, ...TiledPool]): void;
  maxPoolGradientTiled(...args: [x: number, y: number, dy: number, dx: number, ...TiledPool]): void;
  maxPoolGradientAny(...args: [x: number, dy: number, dx: number, ...Pool]): void;
  avgPoolGradient(...args: [dy: number, dx: number, ...Pool]): void;
  matMulScratchBytes(inner: number): number;
  matMul(
    a: number,
    b: number,
    c: number,
    rows: number,
    inner: number,
    cols: number,
    aTransposed: number,
    bTransposed: number,
    bias: number,
    relu: number,
    scratch: number,
  ): void;
  reluGradBounded(x: number, dy: number, dx: number, count: number, high: number): void;
  prelu(x: number, alpha: number, y: number, count: number, size: number): void;
  fakeQuantize(x: number, y: number, count: number, scale: number, low: number, high: number): void;
  sumRows(x: number, y: number, rows: number, cols: number): void;
  adamStep(
    w: number,
    to: number,
    gradient: number,
    m: number,
    v: number,
    count: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    correction1: number,
    correction2: number,
    learningRate: number,
    epsilon: number,
  ): void;
}

/** The part of the WebAssembly interface that is used; @types/node declares none of it. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/**
 * Loads the compiled kernels of a variant onto the memory of the backend.
 *
 * @throws WasmKernelsError when the engine cannot run the variant or the .wasm file is missing.
 */
export function instantiateKernels(backend: WasmBackend, variant: ModuleVariant): KernelExports {
  const { WebAssembly: api } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const bytes = readKernels(variant);
  if (!api.validate(bytes)) {
    throw new WasmKernelsError(
      variant === "relaxed"
        ? `This engine (${process.version}) has no relaxed SIMD: use the variant "simd", Node 22 or later, ` +
            `or node --experimental-wasm-relaxed-simd.`
        : `This engine (${process.version}) cannot run WebAssembly SIMD, which the training kernels need.`,
    );
  }
  const abort = (): never => {
    throw new WasmKernelsError("A training kernel was called with sizes it does not handle.");
  };
  const instance = new api.Instance(new api.Module(bytes), {
    env: { memory: backend.wasm.asm.memory, abort },
  });
  return instance.exports as KernelExports;
}

function readKernels(variant: ModuleVariant): Uint8Array {
  const path = fileURLToPath(new URL(`../wasm/training-${variant}.wasm`, import.meta.url));
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new WasmKernelsError(
      `The compiled kernels ${path} cannot be read: reinstall @cnntargz/wasm-kernels (in the repository: ` +
        `npx nx build wasm-kernels).`,
      { cause },
    );
  }
}
