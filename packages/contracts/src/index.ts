export { z } from "zod";
export { CnntargzError, type ErrorCode } from "./errors.js";
export { onDisk, systemFault } from "./system-fault.js";
export { ContractError, encodeContract, parseContract, requireShallow } from "./parse.js";
export {
  anyObject,
  checkContext,
  optionalFunction,
  optionalSignal,
  optionsCheck,
  type OptionSchemas,
  parseOptions,
} from "./options.js";
export { power } from "./power.js";
export type { Batch, BatchSource, Logger, Progress, Rng, StageContext } from "./stage.js";
export { FloatTensor, IntTensor, type Shape } from "./tensor.js";
export { FixedPointType, OverflowMode, RoundingMode } from "./fixed-point-type.js";
export { byRelativePath, FileTree, pathsFault } from "./relative-path.js";
export { printable } from "./printable.js";
export { artifactHeader, Digest, Provenance } from "./provenance.js";
export {
  DatasetConfig,
  type DatasetConfigInput,
  DatasetInfo,
  DatasetPreset,
  DatasetSplit,
  ETA_MAX,
  FULL_WIDTH,
  LAYER_RADII_M,
  LAYERS,
  Pooling,
  WindowChoice,
} from "./dataset.js";
export {
  Activation,
  AveragePool2dSpec,
  Conv2dSpec,
  DenseSpec,
  FlattenSpec,
  LayerName,
  LayerSpec,
  MaxPool2dSpec,
  NetworkSpec,
  type NetworkSpecInput,
  Padding,
} from "./network.js";
export { layerSize, NETWORK_LIMITS, sizeFault } from "./network-size.js";
export { LayerQuantizers, QuantizerNotation, QuantScheme } from "./quant.js";
export {
  BackendSpec,
  EpochMetrics,
  LabelScaling,
  NamedWeights,
  TrainConfig,
  type TrainConfigInput,
  TrainedModel,
  TrainingMetrics,
} from "./training.js";
export { Hint, HintPlan } from "./distill.js";
export {
  IntegerActivation,
  IntegerAveragePool2d,
  IntegerConv2d,
  IntegerDense,
  IntegerFlatten,
  IntegerLayer,
  IntegerMaxPool2d,
  IntegerNetwork,
  IntegerScale,
  integerSizeFault,
  Label,
  Pads,
} from "./integer-network.js";
export {
  ClockPeriodNs,
  FragmenterConfig,
  GivenResources,
  HlsConfig,
  type HlsConfigInput,
  HlsFifo,
  HlsLayerConfig,
  HlsPlan,
  HlsPlanLayer,
  HlsProject,
  HlsStrategy,
} from "./hls.js";
export {
  Hls4mlConfig,
  Hls4mlHlsConfig,
  Hls4mlLayerConfig,
  Hls4mlModelConfig,
} from "./hls4ml-config.js";
export {
  CycleRange,
  Device,
  LayerResources,
  ReportedDevice,
  ReportedResources,
  ReportSource,
  ReportStep,
  ResourceBand,
  ResourceEstimate,
  type ResourceKind,
  ResourceReport,
  Resources,
} from "./resources.js";
export {
  EtaBin,
  EtaResolution,
  Interval,
  Measurement,
  MuonSpectrum,
  Predictions,
  Proportion,
  PtResolution,
  ScanPoint,
  TriggerPerformance,
  TriggerRate,
  TurnOnBin,
  TurnOnFit,
  WorkingPoint,
} from "./trigger.js";
export {
  BitExact,
  BitExactPair,
  Requirements,
  Verdict,
  VerdictRow,
  VerdictStatus,
} from "./verdict.js";
export {
  FirstOverflow,
  LayerProfile,
  MAGNITUDE_PERCENTILES,
  NetworkProfile,
  SignalProfile,
} from "./profile.js";
export { EventSample, SampledEvent, SampleReason } from "./event-sample.js";
export { Fact, ModelRecord, RunRecord, TrainingRecord } from "./run-record.js";
