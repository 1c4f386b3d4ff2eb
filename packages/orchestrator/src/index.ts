export { RunConfig, type RunConfigInput } from "./config.js";
export type { Console } from "./console.js";
export { evaluateFiles, type Evaluation } from "./evaluate-files.js";
export { type PipelineOptions, type PipelineResult, runPipeline } from "./pipeline.js";
export { presetConfig, presetNames } from "./presets.js";
export { readRunConfig } from "./read-config.js";
export type { PerformanceSummary, RunSummary } from "./summary.js";
export { trainInProcess } from "./train-in-process.js";
export { TrainingJob } from "./training-job.js";
