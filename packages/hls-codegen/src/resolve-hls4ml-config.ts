import {
  CnntargzError,
  type FixedPointType,
  type Hls4mlConfig,
  type Hls4mlLayerConfig,
  type HlsConfigInput,
  type HlsStrategy,
  type IntegerLayer,
  type IntegerNetwork,
} from "@cnntargz/contracts";
import { formatType, parseType, sameType } from "@cnntargz/fixed-point";

import { INPUT_CLASS, inputNameOf, LAYER_CLASSES } from "./layer-classes.js";
import { nearestOf } from "./nearest.js";
import { readHls4mlConfig } from "./read-hls4ml-config.js";
import { type LayerTypes, retypeNetwork } from "./retype-network.js";

/** What a configuration in hls4ml's words comes to. */
export interface ResolvedConfig {
  readonly config: HlsConfigInput;
  /** The network in the types that the configuration asks for; the given one when it asks for none. */
  readonly network: IntegerNetwork;
  /** What was decided between two places, or has no effect here: sentences for the user. */
  readonly notes: readonly string[];
}

const ROLES = ["weight", "scale", "bias", "accum", "result"] as const;
type Role = (typeof ROLES)[number];
/** Roles of hls4ml that mean nothing here: tables of activations, a clamp on inferred types. */
const IDLE_ROLES = ["table", "maximum"];
const OTHER_STRATEGIES = ["distributed_arithmetic", "resource_unrolled", "unrolled", "compressed"];

/** A word among a few, whatever its case and with spaces for underscores. */
function wordOf<W extends string>(where: string, text: string, words: readonly W[]): W {
  const wanted = text.toLowerCase().replaceAll(" ", "_");
  const found = words.find((word) => word.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw new CnntargzError("config", `${where} is "${text}"; ${nearestOf(text, words)}`);
}

function strategyOf(where: string, text: string): HlsStrategy {
  if (OTHER_STRATEGIES.includes(text.toLowerCase().replaceAll(" ", "_"))) {
    throw new CnntargzError(
      "config",
      `${where} is "${text}", which this version does not generate; choose Latency or Resource`,
    );
  }
  return wordOf(where, text, ["latency", "resource"]);
}

/** Types by role; `default` and a single type stand for all of them. */
function precisionOf(where: string, { Precision }: Hls4mlLayerConfig): Map<string, string> {
  if (Precision === undefined) return new Map();
  if (typeof Precision === "string") return new Map([["default", Precision]]);
  const known = ["default", ...ROLES, ...IDLE_ROLES];
  for (const role of Object.keys(Precision)) {
    if (known.includes(role)) continue;
    throw new CnntargzError(
      "config",
      `${where}.Precision.${role}: no such role; ${nearestOf(role, known)}`,
    );
  }
  return new Map(Object.entries(Precision));
}

/** A configuration's entry for a layer, and where it stands. */
interface Entry {
  readonly where: string;
  readonly config: Hls4mlLayerConfig;
}

/** Entries that speak of a layer, the most specific first. */
function entriesOf(
  config: Hls4mlConfig["HLSConfig"],
  name: string,
  classes: readonly string[],
): Entry[] {
  const { Model, LayerType = {}, LayerName = {} } = config;
  const type = classes.find((word) => LayerType[word] !== undefined);
  const own = LayerName[name];
  return [
    ...(own ? [{ where: `HLSConfig.LayerName.${name}`, config: own }] : []),
    ...(type ? [{ where: `HLSConfig.LayerType.${type}`, config: LayerType[type]! }] : []),
    { where: "HLSConfig.Model", config: Model },
  ];
}

/** The type that the most specific entry gives a role; undefined for `auto` and for none. */
function typeFor(entries: readonly Entry[], role: Role): FixedPointType | undefined {
  for (const { where, config } of entries) {
    const precision = precisionOf(where, config);
    const text = precision.get(role) ?? precision.get("default");
    if (text === undefined) continue;
    if (text.toLowerCase() === "auto") return undefined;
    try {
      return parseType(text);
    } catch (cause) {
      throw new CnntargzError("config", `${where}.Precision.${role}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
  return undefined;
}

const multiplies = (layer: IntegerLayer): boolean =>
  layer.kind === "conv2d" || layer.kind === "dense";

/** What hls4ml calls the activation that follows a layer. */
const followers = (layer: IntegerLayer): string[] =>
  multiplies(layer) ? [`${layer.name}_linear`, `${layer.name}_relu`] : [];

function requireKnownNames(config: Hls4mlConfig["HLSConfig"], network: IntegerNetwork): void {
  const names = network.layers.flatMap((layer) => [layer.name, ...followers(layer)]);
  const check = (where: string, given: object | undefined, known: readonly string[]): void => {
    const set = new Set(known);
    for (const name of Object.keys(given ?? {})) {
      if (set.has(name)) continue;
      throw new CnntargzError(
        "config",
        `HLSConfig.${where}.${name}: network ${network.name} has no such layer; ${nearestOf(name, known)}`,
      );
    }
  };
  check("LayerName", config.LayerName, [inputNameOf(network.layers), ...names]);
  check("LayerType", config.LayerType, [INPUT_CLASS, ...Object.values(LAYER_CLASSES).flat()]);
}

/** New types of one layer; where its relu is spoken of on its own, the result is the relu's. */
function layerTypes(config: Hls4mlConfig["HLSConfig"], layer: IntegerLayer): LayerTypes {
  const entries = entriesOf(config, layer.name, LAYER_CLASSES[layer.kind]);
  const types = Object.fromEntries(ROLES.map((role) => [role, typeFor(entries, role)]));
  const relu = followers(layer).find(
    (name) => config.LayerName?.[name] !== undefined && !name.endsWith("_linear"),
  );
  if (relu === undefined || !("accumulatorType" in layer)) return types;
  const accumulator = types["accum"] ?? layer.accumulatorType;
  if (types["result"] && !sameType(types["result"], accumulator)) {
    throw new CnntargzError(
      "config",
      `HLSConfig.LayerName.${layer.name}.Precision.result is ${formatType(types["result"])}, but what goes into ${relu} is the accumulator, ${formatType(accumulator)}; give the result's type to ${relu}`,
    );
  }
  const own = entriesOf(config, relu, LAYER_CLASSES.activation);
  return { ...types, result: typeFor(own, "result") };
}

function factors(config: Hls4mlConfig["HLSConfig"], layer: IntegerLayer) {
  const entries = entriesOf(config, layer.name, LAYER_CLASSES[layer.kind]).slice(0, -1);
  const first = (key: keyof Hls4mlLayerConfig) =>
    entries.find(({ config: entry }) => entry[key] !== undefined);
  const strategy = first("Strategy");
  const reuse = first("ReuseFactor")?.config.ReuseFactor;
  const parallel = first("ParallelizationFactor")?.config.ParallelizationFactor;
  return {
    ...(strategy && {
      strategy: strategyOf(`${strategy.where}.Strategy`, strategy.config.Strategy!),
    }),
    ...(reuse !== undefined && { reuseFactor: reuse }),
    ...(parallel !== undefined && { parallelizationFactor: parallel }),
  };
}

/** Which of two places says how layers are connected. */
function ioTypeOf(config: Hls4mlConfig, notes: string[]): HlsConfigInput["ioType"] {
  const words = ["io_stream", "io_parallel"] as const;
  const outer = config.IOType;
  const inner = config.HLSConfig.Model.IOType;
  if (inner === undefined) return outer === undefined ? undefined : wordOf("IOType", outer, words);
  const found = wordOf("HLSConfig.Model.IOType", inner, words);
  if (outer === undefined) {
    notes.push(
      `IOType ${found} was taken from HLSConfig.Model, where hls4ml itself does not look for it.`,
    );
    return found;
  }
  const won = wordOf("IOType", outer, words);
  if (won !== found) {
    notes.push(`IOType is ${won}; the ${found} in HLSConfig.Model has no effect.`);
  }
  return won;
}

function percentOf(uncertainty: string | number): number {
  const percent = Number(String(uncertainty).replace(/%$/, ""));
  if (Number.isFinite(percent)) return percent;
  throw new CnntargzError(
    "config",
    `ClockUncertainty is "${uncertainty}", it must be a percentage such as 27%`,
  );
}

/** Keys that hls4ml knows and that change nothing here. */
function idleKeys({ HLSConfig, ...outer }: Hls4mlConfig): string[] {
  const inner = [
    "BitExact",
    "BramFactor",
    "PipelineInterval",
    "PipelineStyle",
    "TraceOutput",
  ] as const;
  const files = [
    "InputData",
    "OutputPredictions",
    "OutputDir",
    "WriterConfig",
    "KerasModel",
  ] as const;
  return [
    ...files.filter((key) => outer[key] !== undefined && outer[key] !== null),
    ...inner
      .filter((key) => HLSConfig.Model[key] !== undefined && HLSConfig.Model[key] !== null)
      .map((key) => `HLSConfig.Model.${key}`),
  ];
}

/**
 * What a configuration in hls4ml's words comes to for a network: the configuration of its firmware,
 * and the network in the types that `Precision` asks for. `LayerName` goes before `LayerType` before
 * `Model`; `auto` and what is left out mean the network's own types.
 *
 * @param value a whole `hls4ml_config.yml`, or its `HLSConfig` alone
 * @throws CnntargzError `config` for unknown keys, layers, roles and words (it names the nearest), for
 * strategies that are not there, and for types that are none; `contract` for values of the wrong kind.
 */
export function resolveHls4mlConfig(network: IntegerNetwork, value: unknown): ResolvedConfig {
  const config = readHls4mlConfig(value);
  const { HLSConfig, Cnntargz } = config;
  const { Model } = HLSConfig;
  requireKnownNames(HLSConfig, network);

  const notes: string[] = [];
  const ioType = ioTypeOf(config, notes);
  const idle = idleKeys(config);
  if (idle.length > 0) notes.push(`Without effect here: ${idle.join(", ")}.`);

  const layers: Record<string, ReturnType<typeof factors>> = {};
  for (const layer of network.layers.filter(multiplies)) {
    const own = factors(HLSConfig, layer);
    if (Object.keys(own).length > 0) layers[layer.name] = own;
  }
  const backend =
    config.Backend === undefined
      ? undefined
      : wordOf("Backend", config.Backend, ["vitis", "vivado"]);
  const given = {
    projectName: config.ProjectName,
    backend,
    part: config.Part,
    clockPeriodNs: config.ClockPeriod,
    clockUncertaintyPercent:
      config.ClockUncertainty === undefined ? undefined : percentOf(config.ClockUncertainty),
    ioType,
    reuseFactor: Model.ReuseFactor,
    parallelizationFactor: Model.ParallelizationFactor,
    strategy:
      Model.Strategy === undefined
        ? undefined
        : strategyOf("HLSConfig.Model.Strategy", Model.Strategy),
    compat: Cnntargz?.Compat,
    fifoDepth: Cnntargz?.FifoDepth,
    fragmenter: Cnntargz?.Fragmenter,
    layers: Object.keys(layers).length > 0 ? layers : undefined,
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, of]) => of !== undefined));

  const input = typeFor(entriesOf(HLSConfig, inputNameOf(network.layers), [INPUT_CLASS]), "result");
  const types = new Map(network.layers.map((layer) => [layer.name, layerTypes(HLSConfig, layer)]));
  const asks =
    input !== undefined ||
    [...types.values()].some((roles) => Object.values(roles).some((type) => type !== undefined));
  return {
    config: set,
    network: asks
      ? withoutChange(network, retypeNetwork(network, { input, layers: types }))
      : network,
    notes,
  };
}

/** The network itself, when every type and constant of the other is the same. */
function withoutChange(network: IntegerNetwork, other: IntegerNetwork): IntegerNetwork {
  const words = ({ inputType, layers }: IntegerNetwork): string =>
    JSON.stringify([inputType, layers], (_, value: unknown) =>
      value instanceof Int32Array ? Array.from(value) : value,
    );
  return words(network) === words(other) ? network : other;
}
