import { existsSync, readFileSync, statSync } from "node:fs";

import {
  anyObject,
  CnntargzError,
  HlsConfig,
  IntegerNetwork,
  optionsCheck,
  parseContract,
  TrainedModel,
  z,
} from "@cnntargz/contracts";
import { formatType } from "@cnntargz/fixed-point";
import {
  type ConstantChanges,
  type FactorWords,
  requireLegalFactors,
  resolveHls4mlConfig,
} from "@cnntargz/hls-codegen";
import { toIntegerNetwork } from "@cnntargz/quant";

import { changesText } from "./compare-with-model.js";
import { convertModel, type ModelRequest } from "./convert-model.js";
import type { ModelReference } from "./model-reference.js";
import { overrideHls } from "./override-hls.js";
import { readConfigFile, readYaml } from "./read-config.js";
import { isAsRecorded, readRecorded } from "./recorded-digest.js";
import { readRunFiles } from "./run-files.js";

/** What is asked of a design besides where it is. */
export interface DesignRequest extends ModelRequest {
  /** File of an HLS configuration: the keys of `hls` of a run's, or hls4ml's. */
  readonly configFile?: string | undefined;
  /** Goes above what files say. */
  readonly change?: Partial<HlsConfig> | undefined;
}

/** Check a request; what it changes is parsed with the whole configuration. */
export const checkDesignRequest = optionsCheck<DesignRequest>("request for a design", {
  configFile: z.string().optional(),
  change: anyObject.optional(),
  typeRule: z.enum(["interval", "hls4ml"]).optional(),
  precision: z.string().optional(),
});

/** A network, and how its firmware is to be generated. */
export interface Design {
  readonly network: IntegerNetwork;
  /** The file it came from. */
  readonly file: string;
  readonly hls: HlsConfig;
  /** What the network is to compute, whatever its types: what it was made from. */
  readonly reference: ModelReference;
  /** Layers whose constants are other numbers in the types that the configuration asks for. */
  readonly changes: readonly ConstantChanges[];
  /** What the configuration file left open or has no effect, in sentences. */
  readonly notes: readonly string[];
}

const HLS4ML_KEYS = [
  "Backend",
  "HLSConfig",
  "Model",
  "ProjectName",
  "IOType",
  "ClockPeriod",
  "Part",
  ...["LayerName", "LayerType", "XilinxPart", "KerasH5", "KerasJson", "KerasModel", "OnnxModel"],
];

/** What a trained model computes: its integers, or its outputs where those can not be had. */
function referenceOf(model: TrainedModel): ModelReference {
  if (model.quantScheme === null) return { kind: "float", name: "the float model", model };
  try {
    const network = toIntegerNetwork(model, { typeRule: "interval" });
    return { kind: "integers", name: "the model", network };
  } catch (error) {
    // Such as a float output layer, which only a type given to it makes integers of.
    if (!(error instanceof CnntargzError)) throw error;
    return { kind: "float", name: "the model with its float layers", model };
  }
}

/** An integer network or a trained model, by what its file says it is. */
function readNetworkFile(
  file: string,
  request: DesignRequest,
): { network: IntegerNetwork; reference: ModelReference } {
  let kind: unknown;
  try {
    kind = (JSON.parse(readFileSync(file, "utf8")) as { kind?: unknown } | null)?.kind;
  } catch {
    // Not JSON: the reader below says so in its words.
  }
  if (kind === "trained-model") {
    const model = readRecorded(file, TrainedModel);
    return { network: convertModel(model, file, request), reference: referenceOf(model) };
  }
  const network = readRecorded(file, IntegerNetwork);
  for (const option of ["typeRule", "precision"] as const) {
    if (request[option] === undefined) continue;
    throw new CnntargzError(
      "config",
      `${file} is an integer network (${network.typeRule}, input ${formatType(network.inputType)}), whose types are settled: give the trained model to convert it with ${option} ${request[option]}`,
    );
  }
  return { network, reference: { kind: "integers", name: `the network in ${file}`, network } };
}

/**
 * Read a network and how its firmware is to be generated, from an integer network, a trained model or
 * a run directory, whose own configuration is the base. With a configuration in hls4ml's words, the
 * network has the types that it asks for.
 *
 * @throws CnntargzError `artifact` or `contract` when there is no network at `path`; `config` when it
 * or its configuration can not be used so.
 */
export function readDesign(path: string, request: DesignRequest = {}): Design {
  checkDesignRequest(request);
  if (!existsSync(path)) {
    throw new CnntargzError(
      "artifact",
      `${path} does not exist; give an integer network, a trained model or a run directory`,
    );
  }
  const run = statSync(path).isDirectory() ? readRunFiles(path) : null;
  const file = run === null ? path : request.typeRule === undefined ? run.network : run.model;
  const read = readNetworkFile(file, request);
  const { network } = read;
  const reference: ModelReference =
    run === null
      ? read.reference
      : {
          kind: "integers",
          name: "the run's own network",
          network: file === run.network ? network : readRecorded(run.network, IntegerNetwork),
        };
  const base = run?.hls ?? HlsConfig.parse({});
  const change = request.change ?? {};
  const design = { network, file, reference, changes: [], notes: [] };
  const words: FactorWords = change.reuseFactor === undefined ? "hls" : "command line";
  if (request.configFile === undefined) {
    return checked({ ...design, hls: overrideHls(base, change) }, words);
  }
  const value = readYaml(request.configFile);
  const changed = isAsRecorded(request.configFile)
    ? []
    : [`${request.configFile} is not as the run wrote it: what was changed there is obeyed`];
  const isHls4ml =
    typeof value === "object" && value !== null && HLS4ML_KEYS.some((key) => key in value);
  if (!isHls4ml) {
    const hls = overrideHls(readConfigFile(request.configFile, HlsConfig), change);
    return checked({ ...design, hls, notes: changed }, words);
  }
  const { config, changes, notes, ...resolved } = resolveHls4mlConfig(network, value);
  const hls = overrideHls(parseContract(HlsConfig, config, request.configFile), change);
  const lost =
    changes.length === 0
      ? []
      : [`Constants are other numbers in these types: ${changesText(changes)}.`];
  return checked(
    { ...design, network: resolved.network, hls, changes, notes: [...changed, ...notes, ...lost] },
    words === "hls" ? "hls4ml" : words,
  );
}

/** The design, if its factors are legal; they are told in the words of who gave them. */
function checked(design: Design, words: FactorWords): Design {
  requireLegalFactors(design.network, design.hls, words);
  return design;
}
