import {
  CnntargzError,
  type HlsPlan,
  type HlsProject,
  type IntegerNetwork,
} from "@cnntargz/contracts";
import { formatType, fractionBits } from "@cnntargz/fixed-point";

import { type LayerView, outputLayer, storedType, strategyName, viewLayers } from "./layer-view.js";
import { projectTemplates } from "./templates.js";
import { formatFeatures, type Testbench } from "./testbench.js";
import { viewWeights, type WeightsView } from "./weights-view.js";

/** What goes into a project besides plan and network. */
export interface RenderOptions {
  /** Images for the test bench, and what the network makes of them. */
  readonly testbench?: Testbench | undefined;
}

/** Bits of a float64, through which the test bench prints its results. */
const EXACT_BITS = 53;

/** Where hls4ml and the vendor's two tools differ in words. */
const BACKENDS = {
  vitis: {
    backendName: "Vitis",
    isVitis: true,
    clockUncertainty: "27%",
    cflags: "-std=c++14",
    buildCommand: "vitis-run --mode hls --tcl build_prj.tcl",
    allocation: "operation instances=mul limit=CONFIG_T::multiplier_limit",
  },
  vivado: {
    backendName: "Vivado",
    isVitis: false,
    clockUncertainty: "12.5%",
    cflags: "-std=c++0x",
    buildCommand: 'vivado_hls -f build_prj.tcl "reset=1 csim=1 synth=1 cosim=0"',
    allocation: "instances=mul limit=CONFIG_T::multiplier_limit operation",
  },
} as const;

function weightsOf(plan: HlsPlan, network: IntegerNetwork): WeightsView[] {
  return plan.layers.flatMap((layer) => {
    if (layer.kind !== "conv2d" && layer.kind !== "dense") return [];
    const source = network.layers[layer.sourceLayer];
    if (source?.name !== layer.name || (source.kind !== "conv2d" && source.kind !== "dense")) {
      throw new CnntargzError(
        "contract",
        `the plan's layer ${layer.name} is not layer ${layer.sourceLayer} of network ${network.name}; plan this network with planHls`,
      );
    }
    const { index } = layer;
    return [
      viewWeights(`w${index}`, `weight${index}_t`, source.weights, layer.weightType),
      viewWeights(`b${index}`, `bias${index}_t`, source.bias, layer.biasType),
    ];
  });
}

function viewProject(plan: HlsPlan, weights: readonly WeightsView[]) {
  const { config } = plan;
  const layers: readonly LayerView[] = viewLayers(plan);
  const last = outputLayer(plan);
  const [height, width, channels] = plan.inputShape;
  const [outHeight, outWidth, outChannels] = last.outputShape;
  return {
    ...BACKENDS[config.backend],
    projectName: config.projectName,
    guard: `FIRMWARE_${config.projectName.toUpperCase()}_H_`,
    backend: config.backend,
    network: plan.network,
    part: config.part,
    clockPeriodNs: config.clockPeriodNs,
    ioType: config.ioType,
    reuseFactor: config.reuseFactor,
    strategyName: strategyName(config.strategy),
    inputName: plan.input.name,
    inputValueType: formatType(storedType(plan.inputType)),
    inputChannels: channels,
    inputPixels: height * width,
    inputsPerImage: height * width * channels,
    outputName: last.output.name,
    outputValueType: formatType(last.resultType),
    outputChannels: outChannels,
    outputPixels: outHeight * outWidth,
    outputsPerImage: outHeight * outWidth * outChannels,
    outputDecimals: Math.max(fractionBits(last.resultType), 0),
    layers,
    weights,
  };
}

type ProjectView = ReturnType<typeof viewProject>;

function renderFiles(view: ProjectView): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { source, path, text } of projectTemplates()) {
    if (source === "build_opt.tcl.hbs" && !view.isVitis) continue;
    const views = source.includes("{{weightsName}}")
      ? view.weights.map((weights) => ({ ...view, weightsName: weights.name, weights }))
      : [view];
    for (const one of views) files[path(one)] = text(one);
  }
  return files;
}

/**
 * Render the firmware project of a plan: C++ for Vitis HLS or Vivado HLS, weights, test bench and
 * build scripts, as text by path. The same plan and network give the same bytes.
 *
 * @throws CnntargzError `contract` when the plan was made for another network or the test bench has
 * the wrong number of values; `inexact` when an output has more than the 53 bits that the test
 * bench can print.
 */
export function renderHls(
  plan: HlsPlan,
  network: IntegerNetwork,
  options: RenderOptions = {},
): HlsProject {
  if (plan.network !== network.name || plan.layers.length !== network.layers.length) {
    throw new CnntargzError(
      "contract",
      `the plan was made for network ${plan.network} (${plan.layers.length} layers), not for ${network.name} (${network.layers.length} layers); plan this network with planHls`,
    );
  }
  const { resultType, name } = outputLayer(plan);
  if (resultType.width > EXACT_BITS) {
    throw new CnntargzError(
      "inexact",
      `layer ${name}: outputs of type ${formatType(resultType)} do not fit a float64, through which the test bench prints them; give the last layer at most ${EXACT_BITS} bits`,
    );
  }
  const view = viewProject(plan, weightsOf(plan, network));
  const { inputsPerImage, outputsPerImage } = view;
  const files = renderFiles(view);
  const { testbench } = options;
  if (testbench) {
    const { inputs, outputs, count } = testbench;
    const { inputType } = plan;
    files["tb_data/tb_input_features.dat"] = formatFeatures(
      "inputs",
      inputs,
      count,
      inputsPerImage,
      inputType,
    );
    files["tb_data/tb_output_predictions.dat"] = formatFeatures(
      "outputs",
      outputs,
      count,
      outputsPerImage,
      resultType,
    );
  }
  return {
    kind: "hls-project",
    schemaVersion: 1,
    projectName: plan.config.projectName,
    interface: {
      inputType: plan.inputType,
      inputsPerImage,
      outputType: resultType,
      outputsPerImage,
    },
    files,
    executables: ["build_lib.sh"],
  };
}
