import { existsSync } from "node:fs";
import { createRequire } from "node:module";

import { NativeKernelsError, requireTextOptions } from "./errors.js";
import { defaultAddonPath, hashSources } from "./sources.js";

/** Instruction sets that the kernels are compiled for; both give the same bytes. */
export type InstructionSet = "avx2" | "avx512";

/** A kernel: the memory that all addresses are in, then the arguments of the WebAssembly kernel of the same name. */
type Kernel = (memory: ArrayBuffer, ...args: number[]) => void;

/** The kernels of one instruction set, to be given to `registerTrainingKernels` of @cnntargz/wasm-kernels. */
export interface NativeKernels {
  readonly instructionSet: InstructionSet;
  readonly convForward: Kernel;
  readonly convFilterGradient: Kernel;
  readonly matMul: Kernel;
  readonly maxPoolTiled: Kernel;
  readonly maxPoolGradientTiled: Kernel;
  readonly reluGradBounded: Kernel;
  readonly fakeQuantize: Kernel;
  readonly sumRows: Kernel;
  readonly adamStep: Kernel;
  /** Runs `rounds` rounds of fused multiply-adds in registers only; returns their number in GFLOP, to time a peak. */
  readonly peakLoop: (memory: ArrayBuffer, rounds: number) => number;
}

/** Options of {@link loadNativeKernels}. */
export interface LoadOptions {
  /** Instruction set to run; default: the widest that this processor has. */
  readonly instructionSet?: InstructionSet;
  /** Path of the addon; default: where `buildNativeKernels` puts it. */
  readonly path?: string;
}

interface Addon {
  readonly sourceHash: string;
  readonly avx2?: Omit<NativeKernels, "instructionSet">;
  readonly avx512?: Omit<NativeKernels, "instructionSet">;
}

/** How to get an addon that loads. */
const BUILD =
  "npx cnntargz-build-native (in the repository: npm run build:native -w @cnntargz/native-kernels)";

/**
 * Load the addon that was built on this machine.
 *
 * @throws NativeKernelsError when it is not built, was built from other sources, does not load, or the
 * processor lacks the instruction set; the message names the command that helps.
 */
export function loadNativeKernels(options: LoadOptions = {}): NativeKernels {
  requireTextOptions("loadNativeKernels", options, ["instructionSet", "path"]);
  const { instructionSet, path } = options;
  if (instructionSet !== undefined && !["avx2", "avx512"].includes(instructionSet)) {
    throw new NativeKernelsError(
      `The instruction set must be "avx2" or "avx512", got "${instructionSet}".`,
    );
  }
  const addon = requireAddon(path ?? defaultAddonPath);
  const chosen = instructionSet ?? (addon.avx512 === undefined ? "avx2" : "avx512");
  const kernels = addon[chosen];
  if (kernels === undefined) {
    throw new NativeKernelsError(
      `This processor has no ${chosen === "avx2" ? "AVX2 with FMA" : "AVX-512"}, which the native kernels were ` +
        `to use: use ${chosen === "avx2" ? 'the variant "simd"' : 'the instruction set "avx2"'}.`,
    );
  }
  return { instructionSet: chosen, ...kernels };
}

function requireAddon(path: string): Addon {
  if (!existsSync(path)) {
    throw new NativeKernelsError(`The native kernels are not built (no ${path}): run ${BUILD}.`);
  }
  let addon: Addon;
  try {
    addon = createRequire(import.meta.url)(path) as Addon;
  } catch (cause) {
    throw new NativeKernelsError(`The native kernels ${path} do not load here: run ${BUILD}.`, {
      cause,
    });
  }
  if (addon.sourceHash !== hashSources()) {
    throw new NativeKernelsError(
      `The native kernels ${path} were built from other sources than those of this package: run ${BUILD}.`,
    );
  }
  return addon;
}
