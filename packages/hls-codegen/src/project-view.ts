import type {
  FixedPointType,
  Hls4mlLayerConfig,
  HlsPlan,
  IntegerNetwork,
} from "@cnntargz/contracts";
import { fixedType, formatType, fractionBits } from "@cnntargz/fixed-point";

import { configFromNetwork } from "./config-from-network.js";
import { fragmenterConstants, STRIP_WORD, windowTypeOf, WORDS_PER_LAYER } from "./fragmenter.js";
import { displayName } from "./identifiers.js";
import { outputLayer, storedType, strategyName, viewLayers } from "./layer-view.js";
import { viewWeights } from "./weights-view.js";

/** Where hls4ml and the vendor's two tools differ in words. */
const BACKENDS = {
  vitis: {
    backendName: "Vitis",
    isVitis: true,
    uncertaintyPercent: 27,
    cflags: "-std=c++14",
    buildCommand: "vitis-run --mode hls --tcl build_prj.tcl",
    allocation: "operation instances = mul limit = CONFIG_T::multiplier_limit",
  },
  vivado: {
    backendName: "Vivado",
    isVitis: false,
    uncertaintyPercent: 12.5,
    cflags: "-std=c++0x",
    buildCommand: 'vivado_hls -f build_prj.tcl "reset=1 csim=1 synth=1 cosim=0"',
    allocation: "instances = mul limit = CONFIG_T::multiplier_limit operation",
  },
} as const;

const spelled = (type: FixedPointType): string => formatType(storedType(type));

/** A shape as Python gives it to arrays: vectors have one dimension. */
const arrayShape = ([height, width, channels]: HlsPlan["inputShape"]): readonly number[] =>
  height * width === 1 ? [channels] : [height, width, channels];

/** What the top function reads: the image, or strip bits where a fragmenter makes the image. */
function inputPort(plan: HlsPlan) {
  const [height, width, channels] = plan.inputShape;
  if (plan.config.fragmenter) {
    const perImage = fragmenterConstants(plan.config.fragmenter).n_layers * WORDS_PER_LAYER;
    return {
      name: "strips",
      type: "strips_t",
      valueType: STRIP_WORD,
      perImage,
      channels: WORDS_PER_LAYER,
      shape: [perImage / WORDS_PER_LAYER, WORDS_PER_LAYER],
    };
  }
  return {
    name: plan.input.name,
    type: "input_t",
    valueType: plan.inputType,
    perImage: height * width * channels,
    channels,
    shape: arrayShape(plan.inputShape),
  };
}

function outputPort(plan: HlsPlan) {
  const { output, outputShape, resultType } = outputLayer(plan);
  const [height, width, channels] = outputShape;
  return {
    name: output.name,
    type: "result_t",
    valueType: resultType,
    perImage: height * width * channels,
    channels,
    shape: arrayShape(outputShape),
  };
}

/** The ports of a project's top function. */
export function portsOf(plan: HlsPlan) {
  return { input: inputPort(plan), output: outputPort(plan) };
}

function fragmenterView(plan: HlsPlan) {
  const { fragmenter } = plan.config;
  if (!fragmenter) return null;
  const { pooling } = fragmenter;
  const { count_bits, ...constants } = fragmenterConstants(fragmenter);
  return {
    windowType: formatType(windowTypeOf(fragmenter)),
    countType: formatType(fixedType(false, count_bits, count_bits)),
    wordType: formatType(STRIP_WORD),
    words: WORDS_PER_LAYER,
    layers: constants.n_layers,
    constants: Object.entries({ ...constants, averages: pooling === "average" ? 1 : 0 }).map(
      ([name, value]) => ({ name, value }),
    ),
    yaml: `{ windows: ${fragmenter.windows}, pooling: ${pooling} }`,
    description: `${fragmenter.windows} windows, ${pooling} pooling`,
  };
}

/** What YAML, of whatever version, reads as something else than text. */
const YAML_WORDS = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** Any text as a key of YAML, in ASCII. */
function yamlKey(name: string): string {
  if (/^[A-Za-z]\w*$/.test(name) && !YAML_WORDS.test(name)) return name;
  return JSON.stringify(name).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Lines of hls4ml_config.yml for one layer. */
function configEntry([name, entry]: readonly [string, Hls4mlLayerConfig]) {
  const { Precision, ReuseFactor, Strategy, ParallelizationFactor } = entry;
  return {
    key: yamlKey(name),
    precisions: Object.entries(Precision as Record<string, string>).map(([role, type]) => ({
      name: role,
      type,
    })),
    product:
      ReuseFactor === undefined
        ? null
        : {
            reuseFactor: ReuseFactor,
            strategyName: Strategy,
            parallelizationFactor:
              ParallelizationFactor === undefined ? null : String(ParallelizationFactor),
          },
  };
}

/** Names of the kernel headers that the plan's layers need. */
function headersOf(plan: HlsPlan): Set<string> {
  const headers = new Set<string>(["matrix_vector"]);
  const streams = plan.config.ioType === "io_stream";
  if (streams) headers.add("array");
  for (const layer of plan.layers) {
    switch (layer.kind) {
      case "conv2d":
        headers.add("conv2d");
        if (streams) headers.add("padding");
        break;
      case "dense":
        headers.add("dense");
        break;
      case "maxPool2d":
      case "averagePool2d":
        headers.add("pooling");
        break;
      case "activation":
      case "scale":
        headers.add("elementwise");
        break;
      case "zeroPad2d":
        headers.add("zero_padding").add("padding");
        break;
      case "flatten":
    }
    if (layer.kind === "averagePool2d") headers.add("mean");
    if ("strategy" in layer && layer.strategy === "resource") headers.add("matrix_vector_resource");
    if ("strides" in layer) headers.add("window");
  }
  if (plan.config.fragmenter) headers.add("fragmenter").add("choose_window");
  headers.add("trace");
  return headers;
}

function pipelineInterval(plan: HlsPlan): number {
  return Math.max(1, ...plan.layers.map(({ initiationInterval }) => initiationInterval));
}

/** Everything that the templates are given; values are final text or flags. */
export function viewProject(plan: HlsPlan, network: IntegerNetwork) {
  const { config } = plan;
  const own = configFromNetwork(network, { config });
  const streams = config.ioType === "io_stream";
  const { input, output } = portsOf(plan);
  const [height, width, channels] = plan.inputShape;
  const ofPort = (port: typeof input) => ({
    name: port.name,
    type: port.type,
    valueType: spelled(port.valueType),
    perImage: port.perImage,
    channels: port.channels,
    elements: port.perImage / port.channels,
    shape: `[${port.shape.join(", ")}]`,
    parameter: streams
      ? `hls::stream<${port.type}> &${port.name}`
      : `${port.type} ${port.name}[${port.perImage}]`,
  });
  const fragmenter = fragmenterView(plan);
  const inputView = ofPort(input);
  const outputView = { ...ofPort(output), valueType: formatType(output.valueType) };
  const window = streams ? "hls::stream<window_t> &window" : "window_t window[1]";
  const headers = headersOf(plan);
  return {
    ...BACKENDS[config.backend],
    projectName: config.projectName,
    guard: `FIRMWARE_${config.projectName.toUpperCase()}_H_`,
    backend: config.backend,
    network: displayName(plan.network),
    part: config.part,
    clockPeriodNs: config.clockPeriodNs,
    clockUncertainty: `${config.clockUncertaintyPercent ?? BACKENDS[config.backend].uncertaintyPercent}%`,
    ioType: config.ioType,
    streams,
    compat: config.compat,
    reuseFactor: config.reuseFactor,
    strategyName: strategyName(config.strategy),
    fifoDepth: config.fifoDepth,
    input: inputView,
    output: outputView,
    outputDecimals: Math.max(fractionBits(output.valueType), 0),
    parameters: [inputView.parameter, outputView.parameter, ...(fragmenter ? [window] : [])].join(
      ", ",
    ),
    ports: [inputView.name, outputView.name, ...(fragmenter ? ["window"] : [])].join(","),
    arguments: [inputView.name, outputView.name, ...(fragmenter ? ["window"] : [])].join(", "),
    /** The image that the first layer reads. */
    image: {
      name: plan.input.name,
      valueType: spelled(plan.inputType),
      channels,
      values: height * width * channels,
      depth: plan.input.depth,
    },
    fragmenter,
    /** What Python's arrays hold. */
    bridgeTypes: ["float", "double"],
    isPipeline: plan.pipelineStyle === "pipeline",
    pipelineInterval: pipelineInterval(plan),
    layers: viewLayers(plan),
    defaultPrecision: own.Cnntargz!.DefaultPrecision,
    configClasses: Object.entries(own.HLSConfig.LayerType ?? {}).map(configEntry),
    configEntries: Object.entries(own.HLSConfig.LayerName ?? {}).map(configEntry),
    weights: viewWeights(plan, network),
    hasResource: headers.has("matrix_vector_resource"),
    hasMean: headers.has("mean"),
    hasScale: plan.layers.some(({ kind }) => kind === "scale"),
    headers: [...headers].filter((name) => INCLUDED.has(name)).sort(),
    hasHeader: headers,
  };
}

/** Headers that parameters.h includes; the others are included by these. */
const INCLUDED = new Set([
  "conv2d",
  "dense",
  "elementwise",
  "fragmenter",
  "matrix_vector",
  "pooling",
  "zero_padding",
]);
