export { asPublished, type AsPublished } from "./as-published.js";
export { changedFirmware } from "./changed-firmware.js";
export { RunConfig, type RunConfigInput } from "./config.js";
export type { Console } from "./console.js";
export {
  type ComparedDesign,
  type ComparedRow,
  compareNamed,
  type NamedComparison,
} from "./compare-named.js";
export {
  compareWithModel,
  isOtherNetwork,
  type ModelComparison,
  type ModelDistance,
  type Wraps,
} from "./compare-with-model.js";
export { convertDesign, type ConvertedDesign, type ConvertOptions } from "./convert-design.js";
export type { Hls4mlProject } from "./hls4ml-project.js";
export { type DesignEstimate, estimateDesign } from "./estimate-design.js";
export { estimateNetwork, type NetworkEstimate } from "./estimate-network.js";
export { evaluateFiles, type Evaluation } from "./evaluate-files.js";
export { examineMachine, type Machine, type MachinePart } from "./examine-machine.js";
export type { ModelReference } from "./model-reference.js";
export { type PipelineOptions, type PipelineResult, runPipeline } from "./pipeline.js";
export { presetConfig, presetNames } from "./presets.js";
export { type Design, type DesignRequest, readDesign } from "./read-design.js";
export { readRunConfig } from "./read-config.js";
export { readRecord } from "./read-record.js";
export { readRecorded } from "./recorded-digest.js";
export { type DesignReports, readResources } from "./read-resources.js";
export type { UnreadReport } from "./report-reader.js";
export { readRunFiles, type RunFiles } from "./run-files.js";
export type { PerformanceSummary, RunSummary } from "./summary.js";
export { type TestImages, testImages, type TestImagesRequest } from "./test-images.js";
export {
  type LocatedMismatch,
  type Verified,
  verifyFirmware,
  type VerifyOptions,
} from "./verify-firmware.js";
export { trainInProcess } from "./train-in-process.js";
export { TrainingJob } from "./training-job.js";
export { originOf, writeProject, type WriteProjectOptions } from "./write-project.js";
export { writeReport, type WriteReportOptions, type WrittenReport } from "./write-report.js";
