export {
  compileCSim,
  type CompileOptions,
  type CSim,
  type CSimResult,
  type RunOptions,
} from "./compile-csim.js";
export { type CompilerChoice } from "./compilers.js";
export { layerIntegers } from "./layer-integers.js";
export { includeFolder } from "./include-folder.js";
export { compareOutputs, type OutputComparison } from "./compare-outputs.js";
export { findFirstMismatch, type FirstMismatch, type LayerValues } from "./find-first-mismatch.js";
