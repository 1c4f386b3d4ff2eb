import { createHash } from "node:crypto";

import {
  anyObject,
  CnntargzError,
  type HlsPlan,
  type HlsProject,
  type IntegerNetwork,
  optionsCheck,
  pathsFault,
  z,
} from "@cnntargz/contracts";
import { formatType, validateNetwork } from "@cnntargz/fixed-point";

import { windowTypeOf } from "./fragmenter.js";
import { outputLayer } from "./layer-view.js";
import { portsOf, viewProject } from "./project-view.js";
import { projectTemplates, type Template } from "./templates.js";
import { formatFeatures, type Testbench } from "./testbench.js";

/** What goes into a project besides plan and network. */
export interface RenderOptions {
  /** Images for the test bench, and what the network makes of them. */
  readonly testbench?: Testbench | undefined;
  /**
   * A folder of Handlebars templates that replace the package's own where paths are the same, such
   * as `firmware/defines.h.hbs`, and add files otherwise.
   */
  readonly templates?: string | undefined;
  /**
   * The folder that the project will lie in, for hls4ml's `link_existing_project`, which looks there;
   * `.`, the folder that Python runs in, when left out.
   */
  readonly outputDir?: string | undefined;
}

const checkOptions = optionsCheck<RenderOptions>("renderHls", {
  testbench: anyObject.optional(),
  templates: z.string().optional(),
  outputDir: z.string().optional(),
});

/** Bits of a float64, through which the test bench prints its results. */
const EXACT_BITS = 53;

const HEADER = /^firmware\/layers\/(\w+)\.h$/;

/** A path that stays in the folder it is written to. */
function requireInside(path: string, source: string): string {
  const fault = pathsFault([path]);
  if (fault === null) return path;
  throw new CnntargzError("config", `template ${source}: ${fault}; rename the template`);
}

function renderFiles(
  view: ReturnType<typeof viewProject>,
  templates: readonly Template[],
): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { source, path, text } of templates) {
    const [, header] = HEADER.exec(source) ?? [];
    const isKnown = header !== undefined && KERNEL_HEADERS.has(header);
    if (isKnown && !view.hasHeader.has(header)) continue;
    const views = source.includes("{{weightsName}}")
      ? view.weights.map((weights) => ({ ...view, weightsName: weights.name, weights }))
      : [view];
    for (const one of views) files[requireInside(path(one), source)] = text(one);
  }
  const fault = pathsFault(Object.keys(files));
  if (fault !== null) throw new CnntargzError("config", `templates: ${fault}`);
  return files;
}

/**
 * Text that names a library of the firmware, so that Python never takes one for another's: from the
 * digest of its C++.
 */
function stampOf(firmware: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256");
  for (const path of Object.keys(firmware).sort()) hash.update(`${path}\0${firmware[path]!}\0`);
  return hash.digest("hex").slice(0, 12);
}

/** All files of a project: the firmware first, which the others name by its digest. */
function renderProject(
  plan: HlsPlan,
  network: IntegerNetwork,
  { templates: own, outputDir = "." }: RenderOptions,
): Record<string, string> {
  const view = viewProject(plan, network);
  const templates = projectTemplates(plan.config, own);
  const isFirmware = ({ source }: Template): boolean => source.startsWith("firmware/");
  const firmware = renderFiles(view, templates.filter(isFirmware));
  const rest = templates.filter((template) => !isFirmware(template));
  const about = { ...view, stamp: stampOf(firmware), outputDir: JSON.stringify(outputDir) };
  return { ...firmware, ...renderFiles(about, rest) };
}

/** Headers of kernels, which only projects that use them have. */
const KERNEL_HEADERS = new Set([
  "array",
  "choose_window",
  "conv2d",
  "dense",
  "elementwise",
  "fragmenter",
  "matrix_vector_resource",
  "mean",
  "padding",
  "pooling",
  "window",
  "zero_padding",
]);

/**
 * Render the firmware project of a plan: C++ for Vitis HLS or Vivado HLS, weights, test bench and
 * build scripts, as text by path. The same plan and network give the same bytes.
 *
 * @throws CnntargzError `contract` when the plan was made for another network or the test bench has
 * the wrong number of values; `inexact` when an output has more than the 53 bits that the test
 * bench can print; `config` when a template of yours can not be used (file and line).
 */
export function renderHls(
  plan: HlsPlan,
  network: IntegerNetwork,
  options: RenderOptions = {},
): HlsProject {
  checkOptions(options);
  if (plan.network !== network.name) {
    throw new CnntargzError(
      "contract",
      `the plan was made for network ${plan.network}, not for ${network.name}; plan this network with planHls`,
    );
  }
  validateNetwork(network);
  const { resultType, name } = outputLayer(plan);
  if (resultType.width > EXACT_BITS) {
    throw new CnntargzError(
      "inexact",
      `layer ${name}: outputs of type ${formatType(resultType)} do not fit a float64, through which the test bench prints them; give the last layer at most ${EXACT_BITS} bits`,
    );
  }
  const files = renderProject(plan, network, options);
  const { input, output } = portsOf(plan);
  const { fragmenter, ioType, projectName } = plan.config;
  const { testbench } = options;
  if (testbench) {
    const { inputs, outputs, count } = testbench;
    files["tb_data/tb_input_features.dat"] = formatFeatures(
      "inputs",
      inputs,
      count,
      input.perImage,
      input.valueType,
    );
    files["tb_data/tb_output_predictions.dat"] = formatFeatures(
      "outputs",
      outputs,
      count,
      output.perImage,
      output.valueType,
    );
  }
  return {
    kind: "hls-project",
    schemaVersion: 1,
    projectName,
    interface: {
      ioType,
      inputType: input.valueType,
      inputsPerImage: input.perImage,
      inputChannels: ioType === "io_stream" ? input.channels : input.perImage,
      outputType: output.valueType,
      outputsPerImage: output.perImage,
      outputChannels: ioType === "io_stream" ? output.channels : output.perImage,
      windowType: fragmenter && windowTypeOf(fragmenter),
    },
    traceNames: Object.fromEntries(
      plan.layers.flatMap(({ identifier, resultOf }) =>
        resultOf === null ? [] : [[identifier, resultOf]],
      ),
    ),
    files,
    executables: ["build_lib.sh"],
  };
}
