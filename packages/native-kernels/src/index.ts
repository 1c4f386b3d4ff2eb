export { type BuildOptions, buildNativeKernels } from "./build.js";
export { NativeKernelsError } from "./errors.js";
export {
  type InstructionSet,
  type LoadOptions,
  loadNativeKernels,
  type NativeKernels,
} from "./load.js";
