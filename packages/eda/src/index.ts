export { findVendorHeaders } from "./ap-types.js";
export {
  compileCSim,
  type CompileOptions,
  type CSim,
  type CSimResult,
  type RunOptions,
} from "./compile-csim.js";
export type { CppStandard } from "./compile-program.js";
export { type Compiler, type CompilerChoice, findCompiler } from "./compilers.js";
export { layerIntegers } from "./layer-integers.js";
export { includeFolder } from "./include-folder.js";
export { compareOutputs, type OutputComparison } from "./compare-outputs.js";
export { findFirstMismatch, type FirstMismatch, type LayerValues } from "./find-first-mismatch.js";
export type { VendorFailure } from "./vendor/diagnose.js";
export type { FailureCause } from "./vendor/symptoms.js";
export type { ReportFile } from "./vendor/find-reports.js";
export {
  runVendorFlow,
  type VendorFlowOptions,
  type VendorFlowResult,
  type VendorStage,
} from "./vendor/run-vendor-flow.js";
export { VENDOR_STEPS, type VendorStep } from "./vendor/steps.js";
export type { VendorTool } from "./vendor/tools.js";
