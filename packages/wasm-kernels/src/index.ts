export { type Adam, type AdamOptions, type AdamState, createAdam } from "./adam.js";
export { FAKE_QUANTIZE, RELU_GRAD_BOUNDED } from "./kernels-pointwise.js";
export type { KernelVariant } from "./module.js";
export type { NativeKernels } from "./native.js";
export {
  registeredVariant,
  registerTrainingKernels,
  type TrainingKernelOptions,
} from "./register.js";
export { type TensorFlow, WasmKernelsError } from "./tensorflow.js";
