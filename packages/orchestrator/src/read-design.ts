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
import { resolveHls4mlConfig } from "@cnntargz/hls-codegen";
import { readArtifact } from "@cnntargz/stage-kit";

import { convertModel, type ModelRequest } from "./convert-model.js";
import { overrideHls } from "./override-hls.js";
import { readConfigFile, readYaml } from "./read-config.js";
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
];

/** An integer network or a trained model, by what its file says it is. */
function readNetworkFile(file: string, request: DesignRequest): IntegerNetwork {
  let kind: unknown;
  try {
    kind = (JSON.parse(readFileSync(file, "utf8")) as { kind?: unknown } | null)?.kind;
  } catch {
    // Not JSON: the reader below says so in its words.
  }
  if (kind === "trained-model") {
    return convertModel(readArtifact(file, TrainedModel), file, request);
  }
  const network = readArtifact(file, IntegerNetwork);
  for (const option of ["typeRule", "precision"] as const) {
    if (request[option] === undefined) continue;
    throw new CnntargzError(
      "config",
      `${file} is an integer network (${network.typeRule}, input ${formatType(network.inputType)}), whose types are settled: give the trained model to convert it with ${option} ${request[option]}`,
    );
  }
  return network;
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
  const network = readNetworkFile(file, request);
  const base = run?.hls ?? HlsConfig.parse({});
  const change = request.change ?? {};
  if (request.configFile === undefined) {
    return { network, file, hls: overrideHls(base, change), notes: [] };
  }
  const value = readYaml(request.configFile);
  const isHls4ml =
    typeof value === "object" && value !== null && HLS4ML_KEYS.some((key) => key in value);
  if (!isHls4ml) {
    const hls = overrideHls(readConfigFile(request.configFile, HlsConfig), change);
    return { network, file, hls, notes: [] };
  }
  const resolved = resolveHls4mlConfig(network, value);
  const hls = overrideHls(parseContract(HlsConfig, resolved.config, request.configFile), change);
  return { network: resolved.network, file, hls, notes: resolved.notes };
}
