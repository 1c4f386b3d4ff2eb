import type { Tensor, Variable } from "@tensorflow/tfjs-core";

import { requireKnownOptions } from "./known-options.js";
import { type KernelRuntime, currentRuntime } from "./runtime.js";
import { type TensorFlow, WasmKernelsError } from "./tensorflow.js";

/** Hyperparameters of Adam; the defaults are those of tf.train.adam on a float32 backend. */
export interface AdamOptions {
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** All that Adam remembers: one array per variable, in the order of the variables given to applyGradients. */
export interface AdamState {
  /** Number of steps done. */
  readonly step: number;
  /** First moments m. */
  readonly first: readonly Float32Array[];
  /** Second moments v. */
  readonly second: readonly Float32Array[];
}

/** Adam (Kingma and Ba, arXiv:1412.6980) in the form of tf.train.adam, with a state that can be saved and restored. */
export interface Adam {
  /** May be set between steps, for a schedule. */
  learningRate: number;
  /** Number of steps done. */
  readonly step: number;
  /**
   * One step: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
   * w -= learningRate * m / (1 - beta1^step) / (sqrt(v / (1 - beta2^step)) + epsilon).
   * `gradients[i]` belongs to `variables[i]` and stays the caller's; every call must give the same variables in
   * the same order.
   *
   * @throws WasmKernelsError when the number, the shapes or the types do not fit.
   */
  applyGradients(variables: readonly Variable[], gradients: readonly Tensor[]): void;
  /** A copy of the state; with it a run continues with the same bits. */
  getState(): AdamState;
  /** Replaces the state; its arrays are copied, and must fit the variables of the next step. */
  setState(state: AdamState): void;
  /** Frees the moments; the optimizer then starts anew. */
  dispose(): void;
}

interface Moments {
  readonly first: Tensor;
  readonly second: Tensor;
}

interface StepConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly correction1: number;
  readonly correction2: number;
  readonly learningRate: number;
  readonly epsilon: number;
}

/**
 * An Adam optimizer: one kernel call per variable on the wasm heap where the training kernels are registered,
 * else the same formula composed of tf operations.
 */
export function createAdam(tf: TensorFlow, options: AdamOptions = {}): Adam {
  requireKnownOptions("createAdam", options, ["learningRate", "beta1", "beta2", "epsilon"]);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  let learningRate = options.learningRate ?? 0.001;
  let step = 0;
  // beta^step as a running product: Math.pow may round differently in another engine.
  let power1 = 1;
  let power2 = 1;
  let moments: Moments[] = [];
  checkOptions({ learningRate, beta1, beta2, epsilon });

  const dispose = (): void => {
    for (const { first, second } of moments) tf.dispose([first, second]);
    moments = [];
    step = 0;
    power1 = power2 = 1;
  };

  return {
    get learningRate() {
      return learningRate;
    },
    set learningRate(rate: number) {
      checkOptions({ learningRate: rate, beta1, beta2, epsilon });
      learningRate = rate;
    },
    get step() {
      return step;
    },
    applyGradients(variables, gradients) {
      checkArguments(variables, gradients, moments);
      if (moments.length === 0) {
        moments = variables.map(({ size }) => ({
          first: tf.keep(tf.zeros([size])),
          second: tf.keep(tf.zeros([size])),
        }));
      }
      step += 1;
      power1 *= beta1;
      power2 *= beta2;
      const constants: StepConstants = {
        beta1,
        beta2,
        correction1: 1 - power1,
        correction2: 1 - power2,
        learningRate,
        epsilon,
      };
      const runtime = currentRuntime(tf);
      variables.forEach((variable, i) => {
        const gradient = gradients[i]!;
        if (runtime === undefined) {
          moments[i] = composedStep(tf, variable, gradient, moments[i]!, constants);
        } else {
          kernelStep(tf, runtime, variable, gradient, moments[i]!, constants);
        }
      });
    },
    getState() {
      const copy = (tensor: Tensor): Float32Array => Float32Array.from(tensor.dataSync());
      return {
        step,
        first: moments.map(({ first }) => copy(first)),
        second: moments.map(({ second }) => copy(second)),
      };
    },
    setState(state) {
      checkState(state);
      dispose();
      step = state.step;
      for (let i = 0; i < step; i++) {
        power1 *= beta1;
        power2 *= beta2;
      }
      moments = state.first.map((first, i) => ({
        first: tf.keep(tf.tensor1d(first.slice())),
        second: tf.keep(tf.tensor1d(state.second[i]!.slice())),
      }));
    },
    dispose,
  };
}

function kernelStep(
  tf: TensorFlow,
  runtime: KernelRuntime,
  variable: Variable,
  gradient: Tensor,
  { first, second }: Moments,
  constants: StepConstants,
): void {
  const update = (to: number): void => {
    runtime.kernels.adamStep(
      runtime.address(variable),
      to,
      runtime.address(gradient),
      runtime.address(first),
      runtime.address(second),
      variable.size,
      constants.beta1,
      1 - constants.beta1,
      constants.beta2,
      1 - constants.beta2,
      constants.correction1,
      constants.correction2,
      constants.learningRate,
      constants.epsilon,
    );
  };
  const address = runtime.address(variable);
  if (runtime.backend.refCount(variable.dataId) === 1) {
    update(address);
    runtime.forgetPackedCopies(variable);
    return;
  }
  // Another tensor (a clone, a reshape, the initial value) shares these values: it must not change under its owner.
  const out = runtime.output(variable.shape);
  update(out.address);
  const updated = tf.engine().makeTensorFromTensorInfo(out.info);
  variable.assign(updated);
  updated.dispose();
}

function composedStep(
  tf: TensorFlow,
  variable: Variable,
  gradient: Tensor,
  moments: Moments,
  constants: StepConstants,
): Moments {
  const { beta1, beta2, correction1, correction2, learningRate, epsilon } = constants;
  const updated = tf.tidy(() => {
    const flat = tf.reshape(gradient, [variable.size]);
    const first = tf.add(tf.mul(moments.first, beta1), tf.mul(flat, 1 - beta1));
    const second = tf.add(tf.mul(moments.second, beta2), tf.mul(tf.mul(flat, flat), 1 - beta2));
    const root = tf.add(tf.sqrt(tf.div(second, correction2)), epsilon);
    const direction = tf.div(tf.div(first, correction1), root);
    const change = tf.reshape(tf.mul(direction, learningRate), variable.shape);
    variable.assign(tf.sub(variable, change));
    return { first, second };
  });
  tf.dispose([moments.first, moments.second]);
  return { first: tf.keep(updated.first), second: tf.keep(updated.second) };
}

function checkOptions(options: Required<AdamOptions>): void {
  const within: Record<keyof AdamOptions, (value: number) => boolean> = {
    learningRate: (value) => value >= 0 && Number.isFinite(value),
    beta1: (value) => value >= 0 && value < 1,
    beta2: (value) => value >= 0 && value < 1,
    epsilon: (value) => value > 0 && Number.isFinite(value),
  };
  for (const [name, isValid] of Object.entries(within)) {
    const value = options[name as keyof AdamOptions];
    if (typeof value !== "number" || !isValid(value))
      throw new WasmKernelsError(`Adam: ${name} = ${value} is out of range.`);
  }
}

function checkArguments(
  variables: readonly Variable[],
  gradients: readonly Tensor[],
  moments: readonly Moments[],
): void {
  if (variables.length !== gradients.length) {
    throw new WasmKernelsError(
      `Adam: ${variables.length} variables but ${gradients.length} gradients; give one gradient for each.`,
    );
  }
  if (moments.length > 0 && moments.length !== variables.length) {
    throw new WasmKernelsError(
      `Adam: ${variables.length} variables, but the state is of ${moments.length}; ` +
        `give the same variables in the same order in every step.`,
    );
  }
  variables.forEach((variable, i) => {
    const gradient = gradients[i]!;
    const size = moments[i]?.first.size ?? variable.size;
    const fits =
      gradient.shape.join() === variable.shape.join() &&
      gradient.dtype === "float32" &&
      variable.dtype === "float32" &&
      size === variable.size;
    if (!fits) {
      throw new WasmKernelsError(
        `Adam: variable ${i} "${variable.name}" is ${variable.dtype} [${variable.shape.join(", ")}], its gradient ` +
          `${gradient.dtype} [${gradient.shape.join(", ")}], its state has ${size} values; all must be float32 of one size.`,
      );
    }
  });
}

function checkState({ step, first, second }: AdamState): void {
  const sizes = (arrays: readonly Float32Array[]): string => arrays.map((a) => a.length).join();
  if (!Number.isInteger(step) || step < 0 || sizes(first) !== sizes(second)) {
    throw new WasmKernelsError(
      `Adam: a state needs a step count >= 0 and moments of equal sizes, got step ${step}, first [${sizes(first)}], ` +
        `second [${sizes(second)}].`,
    );
  }
}
