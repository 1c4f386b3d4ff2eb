export { findVendorHeaders } from "./ap-types.js";
export {
  compileCSim,
  type CompileOptions,
  type CSim,
  type CSimResult,
  type RunOptions,
} from "./compile-csim.js";
export type { CppStandard } from "./compile-program.js";
export {
  type Compiler,
  COMPILER_CHOICES,
  type CompilerChoice,
  findCompiler,
  listCompilers,
} from "./compilers.js";
export { layerIntegers } from "./layer-integers.js";
export { includeFolder } from "./include-folder.js";
export { compareOutputs, type OutputComparison } from "./compare-outputs.js";
export { findFirstMismatch, type FirstMismatch, type LayerValues } from "./find-first-mismatch.js";
export { findHls4mlMismatch, type Hls4mlMismatch } from "./hls4ml/find-hls4ml-mismatch.js";
export {
  type Hls4mlLayer,
  type Hls4mlProject,
  isHls4mlProject,
  readHls4mlProject,
} from "./hls4ml/read-hls4ml-project.js";
export type { VendorFailure } from "./vendor/diagnose.js";
export type { FailureCause } from "./vendor/symptoms.js";
export type { ReportFile } from "./vendor/find-reports.js";
export {
  runVendorFlow,
  type VendorFlowOptions,
  type VendorFlowResult,
  type VendorStage,
} from "./vendor/run-vendor-flow.js";
export { listVendorTools } from "./vendor/tools.js";
export { VENDOR_STEPS, type VendorStep } from "./vendor/steps.js";
export type { VendorTool } from "./vendor/tools.js";
