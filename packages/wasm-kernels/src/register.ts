import { requireKnownOptions } from "./known-options.js";
import { type GradConfig, Relu, type Tensor } from "@tensorflow/tfjs-core";

import { registerKernel } from "./kernel.js";
import { convKernels } from "./kernels-conv.js";
import { matMulKernels } from "./kernels-matmul.js";
import { RELU_GRAD_BOUNDED, pointwiseKernels } from "./kernels-pointwise.js";
import { poolKernels } from "./kernels-pool.js";
import { type KernelVariant, instantiateKernels } from "./module.js";
import { type NativeKernels, bindNativeKernels } from "./native.js";
import { KernelRuntime, currentRuntime, keepRuntime, runtimeOf } from "./runtime.js";
import { type TensorFlow, WasmKernelsError, requireWasmBackend } from "./tensorflow.js";

/** Options of {@link registerTrainingKernels}. */
export interface TrainingKernelOptions {
  readonly variant: KernelVariant;
  /** The addon, for the variant `native` only: `loadNativeKernels()` of @cnntargz/native-kernels. */
  readonly native?: NativeKernels;
}

/**
 * Puts the training kernels in place of the stock kernels of the tfjs wasm backend, which must be the current
 * backend (`await tf.setBackend("wasm")`). A second call with the same variant changes nothing.
 *
 * The registration is for the process: it stays until the backend is removed. Cases that the kernels do not
 * handle (NCHW, other types...) still run on the stock kernels.
 *
 * @throws WasmKernelsError when the backend is not the wasm backend of tfjs 4.22.0, when the engine cannot run
 * the variant, when `native` is missing or given for another variant, or when another variant is registered
 * already.
 */
export function registerTrainingKernels(tf: TensorFlow, options: TrainingKernelOptions): void {
  requireKnownOptions("registerTrainingKernels", options, ["variant", "native"]);
  const { variant, native } = options;
  // Callers in plain JavaScript are not checked by the compiler.
  if (!["simd", "relaxed", "native"].includes(variant)) {
    throw new WasmKernelsError(
      `The kernel variant must be "simd", "relaxed" or "native", got "${variant}".`,
    );
  }
  if ((variant === "native") !== (native !== undefined)) {
    throw new WasmKernelsError(
      variant === "native"
        ? `The variant "native" needs the addon: registerTrainingKernels(tf, { variant: "native", native: ` +
            `loadNativeKernels() }) with loadNativeKernels of @cnntargz/native-kernels.`
        : `The addon was given with the variant "${variant}", which does not use it: ask for "native".`,
    );
  }
  const backend = requireWasmBackend(tf);
  const existing = runtimeOf(backend);
  if (existing === undefined) {
    const kernels =
      native === undefined
        ? instantiateKernels(backend, variant === "relaxed" ? "relaxed" : "simd")
        : { ...instantiateKernels(backend, "simd"), ...bindNativeKernels(backend, native) };
    keepRuntime(new KernelRuntime(backend, variant, kernels));
  } else if (existing.variant !== variant) {
    throw new WasmKernelsError(
      `The training kernels are registered with variant "${existing.variant}"; "${variant}" needs a process of ` +
        `its own, because two variants give different bits.`,
    );
  }
  registerReluGradient(tf);
  if (registered) return;
  registered = true;
  const kernels = [...convKernels, ...poolKernels, ...matMulKernels, ...pointwiseKernels];
  for (const kernel of kernels) registerKernel(tf, kernel);
}

/** The variant that the current backend runs, or undefined where the training kernels are not registered. */
export function registeredVariant(tf: TensorFlow): KernelVariant | undefined {
  return currentRuntime(tf)?.variant;
}

/** The kernel registry of tfjs is one for the process, so is this: a backend made anew needs only a runtime. */
let registered = false;

/** Our gradient of Relu, by which a later call sees whether it is still the registered one. */
let reluGradient: GradConfig | undefined;

/**
 * Relu's gradient in one pass on the wasm backend; gradients are global, so other backends get the stock formula.
 * tfjs-layers registers all stock gradients when it is first imported: importing it later would undo this.
 */
function registerReluGradient(tf: TensorFlow): void {
  // getGradient is typed as never undefined, but without tfjs-layers no gradient is registered.
  const current = tf.getGradient(Relu) as GradConfig | undefined;
  if (reluGradient !== undefined && current === reluGradient) return;
  reluGradient = {
    kernelName: Relu,
    inputsToSave: ["x"],
    gradFunc: (dy, saved) => {
      const [x, upstream] = [saved[0]!, dy as Tensor];
      if (currentRuntime(tf) === undefined) {
        return { x: () => tf.mul(upstream, tf.cast(tf.step(x), "float32")) };
      }
      const run = (): Tensor =>
        tf.engine().runKernel(RELU_GRAD_BOUNDED, { x, dy: upstream }, { high: Infinity });
      return { x: run };
    },
  };
  if (current !== undefined) tf.unregisterGradient(Relu);
  tf.registerGradient(reluGradient);
}
