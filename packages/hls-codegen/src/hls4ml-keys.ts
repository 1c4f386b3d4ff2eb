/** Where a key of a configuration stands. */
export type Hls4mlPlace = "outer" | "HLSConfig" | "Model" | "layer";

/**
 * Keys that hls4ml has (1.3.0 and before, every backend) and that change nothing here: where it reads
 * and writes files, its passes, its traces, its tables.
 */
const IDLE: Readonly<Record<Hls4mlPlace, readonly string[]>> = {
  outer: [
    ...["OutputDir", "ProjectDir", "InputData", "OutputPredictions", "WriterConfig"],
    ...["KerasModel", "KerasJson", "KerasH5", "OnnxModel", "PytorchModel", "TensorFlowModel"],
    ...["InputShape", "InputShapes", "OutputShape", "OutputShapes", "Stamp", "Version"],
    "fifo_opt",
  ],
  HLSConfig: ["Optimizers", "SkipOptimizers", "InputShape", "PytorchModel", "fifo_opt"],
  Model: [
    ...["BramFactor", "TraceOutput", "Trace", "TableSize", "fifo_opt"],
    ...["ChannelsLastConversion", "TransposeOutputs", "AllowDAFallback", "AllowV2Fallback"],
  ],
  layer: ["Trace", "TableSize"],
};

/** Keys that do something in hls4ml which is not done here; said to do nothing, they are idle too. */
const MISSING: Readonly<Record<Hls4mlPlace, readonly string[]>> = {
  outer: [
    ...["Board", "AcceleratorConfig", "Technology", "ASICLibs", "FIFO", "FPGAFamily"],
    ...["SmartHLSPath", "HyperoptHandshake", "Compiler", "HLSIncludePath", "HLSLibsPath"],
    ...["NSymbols", "LUTFunctions", "Expression", "Flows", "Optimizers", "SkipOptimizers"],
  ],
  HLSConfig: ["Flows"],
  Model: [
    ...["BitExact", "PipelineStyle", "PipelineInterval", "TargetCycles", "Compression"],
    ...["Implementation", "Flows", "Skip"],
  ],
  layer: [
    ...["TargetCycles", "Compression", "Implementation", "Skip", "Static", "Algorithm"],
    ...["Direction", "TableRangePower2", "TimeStepLoopParallelism", "BramFactor"],
    ...["RecurrentReuseFactor", "ForwardReuseFactor", "BackwardReuseFactor"],
    ...["ForwardRecurrentReuseFactor", "BackwardRecurrentReuseFactor"],
    ...["DepthwiseReuseFactor", "PointwiseReuseFactor", "ExpTableSize", "InvTableSize"],
  ],
};

/** What hls4ml writes by itself, with nothing in it, into every configuration. */
const EMPTY_IN_ALL = ["InputData", "OutputPredictions", "KerasModel", "BitExact", "WriterConfig"];
/** What our own projects carry for the tools around hls4ml. */
const OF_PROJECTS = ["InputShapes", "OutputShapes", "Stamp", "Version"];

const lower = (word: string): string => word.toLowerCase().replaceAll("_", "");
const has = (words: readonly string[], key: string): boolean =>
  words.some((word) => lower(word) === lower(key));

const saysNothing = (value: unknown): boolean =>
  value === null ||
  value === false ||
  value === 0 ||
  value === "" ||
  (typeof value === "string" && value.toLowerCase() === "auto") ||
  (typeof value === "object" && Object.keys(value).length === 0);

/**
 * What becomes of a key that has no meaning here: `silent` and `idle` have no effect, `missing` asks for
 * something that is not there, null is no key of hls4ml either.
 */
export function fateOfKey(
  place: Hls4mlPlace,
  key: string,
  value: unknown,
): "silent" | "idle" | "missing" | null {
  if (value === null && EMPTY_IN_ALL.includes(key)) return "silent";
  if (place === "outer" && OF_PROJECTS.includes(key)) return "silent";
  if (has(IDLE[place], key)) return "idle";
  // A layer takes any of its attributes' names; those of types end so.
  if (has(MISSING[place], key) || (place !== "outer" && key.endsWith("_t"))) {
    return saysNothing(value) ? "idle" : "missing";
  }
  return null;
}

/** Roles of types that hls4ml has for layers which are not here, or for tables. */
export const IDLE_ROLES: readonly string[] = [
  ...["table", "exp_table", "inv_table", "inv_inp", "shift", "slope", "param", "embeddings"],
  ...["depthwise", "depthwise_accum", "depthwise_result", "pointwise", "pointwise_accum"],
  ...["dw_output", "recurrent_weight", "recurrent_bias", "forward_weight", "forward_bias"],
  ...["forward_recurrent_weight", "forward_recurrent_bias", "backward_weight", "backward_bias"],
  ...["backward_recurrent_weight", "backward_recurrent_bias"],
];

/** hls4ml's classes of layers that are not here. */
export const OTHER_CLASSES: readonly string[] = [
  ...["Softmax", "LeakyReLU", "ThresholdedReLU", "ELU", "PReLU", "HardActivation", "TernaryTanh"],
  ...["ParametrizedActivation", "UnaryLUT", "Conv1D", "QConv1D", "Conv2DBatchnorm"],
  ...["QConv2DBatchnorm", "SeparableConv1D", "SeparableConv2D", "QSeparableConv1D"],
  ...["QSeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D", "QDepthwiseConv2D"],
  ...["PointwiseConv1D", "PointwiseConv2D", "BinaryConv2D", "BinaryDense", "TernaryDense"],
  ...["Pooling1D", "MaxPooling1D", "AveragePooling1D", "GlobalPooling1D", "GlobalPooling2D"],
  ...["GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalAveragePooling1D"],
  ...["GlobalAveragePooling2D", "ZeroPadding1D", "ZeroPadding2D", "Cropping1D", "Cropping2D"],
  ...["Merge", "Concatenate", "Dot", "MatMul", "Resize", "UpSampling1D", "UpSampling2D"],
  ...["Transpose", "Embedding", "SimpleRNN", "LSTM", "GRU", "QSimpleRNN", "QLSTM", "QGRU"],
  ...["Bidirectional", "TimeDistributed", "LayerNormalization", "GarNet", "GarNetStack"],
  ...["Constant", "Quant", "BipolarQuant", "BiasAdd", "Einsum", "EinsumDense", "Clone"],
  ...["Repack", "Broadcast", "FixedPointQuantizer", "BatchNormalizationQuantizedTanh"],
];
