import { createRequire } from "node:module";

import { BackendSpec, CnntargzError, parseOptions } from "@cnntargz/contracts";
import {
  type KernelVariant,
  type NativeKernels,
  registerTrainingKernels,
} from "@cnntargz/wasm-kernels";
import * as tf from "@tensorflow/tfjs-core";

// Held in variables, so that neither TypeScript nor a bundler resolves what need not be installed.
const NATIVE: string = "@tensorflow/tfjs-node";
const PLAIN: string = "@tensorflow/tfjs-backend-cpu";
const ADDON: string = "@cnntargz/native-kernels";

/** The backend that TensorFlow.js now computes with, and why it is this one. */
export interface LoadedBackend {
  readonly backend: BackendSpec;
  /** One sentence for a log: what was chosen, and why the native backend was not. */
  readonly reason: string;
}

/**
 * Choose and start the TensorFlow.js backend of this process. `auto` takes `tensorflow`
 * (@tensorflow/tfjs-node) when it loads and computes, else `wasm` with the `simd` training kernels:
 * a fixed order, never a timing.
 *
 * @throws CnntargzError `tool` when a backend that was asked for by name does not work here.
 */
export async function loadBackend(choice: "auto" | BackendSpec): Promise<LoadedBackend> {
  if (choice !== "auto") parseOptions(BackendSpec, choice, "loadBackend");
  tf.enableProdMode();
  if (choice !== "auto") {
    return { backend: await startNamed(choice), reason: `${choice.name} was asked for` };
  }
  const obstacle = await tryNative();
  if (obstacle === null) {
    return {
      backend: { name: "tensorflow", kernels: null },
      reason: `${NATIVE} loads and computes`,
    };
  }
  const backend = await startWasm("simd");
  return { backend, reason: `wasm with simd kernels, as ${NATIVE} is not usable: ${obstacle}` };
}

async function startNamed({ name, kernels }: BackendSpec): Promise<BackendSpec> {
  if (name === "wasm") return startWasm(kernels ?? "simd");
  if (kernels !== null) {
    throw new CnntargzError(
      "config",
      `kernels "${kernels}" belong to the wasm backend, the backend is ${name}; leave kernels out`,
    );
  }
  const obstacle = name === "tensorflow" ? await tryNative() : await tryPlain();
  if (obstacle !== null) {
    const packageName = name === "tensorflow" ? NATIVE : PLAIN;
    throw new CnntargzError(
      "tool",
      `backend ${name} does not work here: ${obstacle}; install ${packageName}, or use backend wasm`,
    );
  }
  return { name, kernels: null };
}

async function startWasm(variant: KernelVariant): Promise<BackendSpec> {
  try {
    await import("@tensorflow/tfjs-backend-wasm");
    if (!(await tf.setBackend("wasm"))) throw new Error("it does not initialise");
    registerTrainingKernels(
      tf,
      variant === "native" ? { variant, native: await loadAddon() } : { variant },
    );
  } catch (cause) {
    throw new CnntargzError(
      "tool",
      `backend wasm with ${variant} kernels does not work here: ${messageOf(cause)}`,
      { cause },
    );
  }
  return { name: "wasm", kernels: variant };
}

/** The kernels of the optional addon, for the variant `native`. */
async function loadAddon(): Promise<NativeKernels> {
  try {
    const addon = (await import(ADDON)) as { loadNativeKernels(): NativeKernels };
    return addon.loadNativeKernels();
  } catch (cause) {
    throw new Error(`${messageOf(cause)}; install ${ADDON}, or use kernels simd`, { cause });
  }
}

/** Start tfjs-node; null when it computes, else what stands in the way. */
async function tryNative(): Promise<string | null> {
  restoreRemovedUtilities();
  return tryBackend(NATIVE, "tensorflow");
}

async function tryPlain(): Promise<string | null> {
  return tryBackend(PLAIN, "cpu");
}

async function tryBackend(packageName: string, backend: string): Promise<string | null> {
  try {
    await import(packageName);
    // Its type does not say so, but it gives null for a backend that nobody registered.
    if ((tf.findBackendFactory(backend) as unknown) === null) {
      return "it brings another copy of @tensorflow/tfjs-core; install the same version of both";
    }
    if (!(await tf.setBackend(backend))) return "it does not initialise";
    const sum = tf.tidy(() => {
      const image = tf.ones<tf.Rank.R4>([1, 3, 3, 1]);
      const filter = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
      return tf.conv2d<tf.Tensor4D>(image, filter, 1, "valid").dataSync()[0];
    });
    return sum === 9 ? null : `a convolution gives ${String(sum)} instead of 9`;
  } catch (cause) {
    return messageOf(cause);
  }
}

/** tfjs-node 4.22 calls two functions of node:util that Node 23 removed (tensorflow/tfjs#8609). */
function restoreRemovedUtilities(): void {
  const util = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
  util["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  util["isArray"] ??= (value: unknown) => Array.isArray(value);
}

/** The first line of what went wrong. */
function messageOf(cause: unknown): string {
  if ((cause as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND") return "it is not installed";
  return (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0]!;
}
