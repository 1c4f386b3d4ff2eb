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
import { formatType, sameType } from "@cnntargz/fixed-point";

import { type ConstantChanges, constantChanges } from "./constant-changes.js";
import { IDLE_ROLES, OTHER_CLASSES } from "./hls4ml-keys.js";
import { precisionOf, Wording } from "./hls4ml-wording.js";
import {
  ALPHA_CLASS,
  INPUT_CLASS,
  KERAS_CLASSES,
  KERAS_INPUT_CLASS,
  LAYER_CLASS,
} from "./layer-classes.js";
import { nearestOf } from "./nearest.js";
import { mergePaths, screenHls4mlConfig } from "./read-hls4ml-config.js";
import { followersOf, inputNames, TypeResolver } from "./resolve-types.js";
import { retypeNetwork } from "./retype-network.js";

/** What a configuration in hls4ml's words comes to. */
export interface ResolvedConfig {
  readonly config: HlsConfigInput;
  /** The network in the types that the configuration asks for; the given one when it asks for none. */
  readonly network: IntegerNetwork;
  /** Layers whose constants are other numbers in those types. */
  readonly changes: readonly ConstantChanges[];
  /** What was decided between two places, or has no effect here: sentences for the user. */
  readonly notes: readonly string[];
}

/** What hls4ml has beside what is here. */
const OTHER_STRATEGIES = [
  "distributed_arithmetic",
  "da",
  "resource_unrolled",
  "unrolled",
  "compressed",
];
const OTHER_BACKENDS = [
  ...["vivadoaccelerator", "vitisaccelerator", "vitisunified", "quartus", "oneapi", "catapult"],
  ...["libero", "symbolicexpression"],
];
const OTHER_IMPLEMENTATIONS = ["encoded", "pointwise", "im2col", "winograd", "combination"];

/** A word among a few, whatever its case and with spaces for underscores. */
function wordOf<W extends string>(
  where: string,
  text: string,
  words: readonly W[],
  others: readonly string[] = [],
): W {
  const wanted = text.toLowerCase().replaceAll(" ", "_");
  const found = words.find((word) => word.toLowerCase() === wanted);
  if (found !== undefined) return found;
  if (others.includes(wanted)) {
    throw new CnntargzError(
      "config",
      `${where} is "${text}": hls4ml has it, this version does not do it; choose ${words.join(" or ")}`,
    );
  }
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

const multiplies = (layer: IntegerLayer): boolean =>
  layer.kind === "conv2d" || layer.kind === "dense";

function requireKnownNames(
  config: Hls4mlConfig["HLSConfig"],
  network: IntegerNetwork,
  wording: Wording,
): void {
  const names = network.layers.flatMap((layer) => [layer.name, ...followersOf(layer, network)]);
  const check = (where: string, given: object | undefined, known: readonly string[]): void => {
    const lower = new Set(known.map((name) => name.toLowerCase()));
    const unknown = Object.keys(given ?? {}).filter((name) => !lower.has(name.toLowerCase()));
    if (unknown.length === 0) return;
    const lines = unknown.map(
      (name) =>
        `HLSConfig.${where}.${name}: network ${network.name} has no such layer; ${nearestOf(name, known)}`,
    );
    throw new CnntargzError("config", lines.join("\n"));
  };
  check("LayerName", config.LayerName, ["input_1", ...inputNames(network, wording), ...names]);
  const classes = [...Object.values(LAYER_CLASS), ...Object.values(KERAS_CLASSES).flat()];
  check("LayerType", config.LayerType, [
    ...new Set([INPUT_CLASS, KERAS_INPUT_CLASS, ALPHA_CLASS, ...classes, ...OTHER_CLASSES]),
  ]);
}

function factors(wording: Wording, layer: IntegerLayer) {
  const classes = [LAYER_CLASS[layer.kind], ...KERAS_CLASSES[layer.kind]];
  const entries = wording.entriesOf({ names: [layer.name], classes });
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

const PRODUCT_CLASSES = ["conv2d", "dense", "qconv2d", "qdense"];
const FACTORS = ["ReuseFactor", "Strategy", "ParallelizationFactor"] as const;

/** Paths of what entries say to no effect: factors of layers without products, types of tables. */
function idleWords(config: Hls4mlConfig, network: IntegerNetwork, wording: Wording): string[] {
  const products = new Set(network.layers.filter(multiplies).map(({ name }) => name.toLowerCase()));
  const paths: string[] = [];
  for (const { level, where, config: entry } of wording.entries) {
    const name = where.slice(`HLSConfig.${level}.`.length).toLowerCase();
    if (level === "LayerType" && OTHER_CLASSES.some((other) => other.toLowerCase() === name)) {
      paths.push(where);
      continue;
    }
    const isProduct = level === "LayerName" ? products.has(name) : PRODUCT_CLASSES.includes(name);
    const factorsOf = FACTORS.filter((key) => !isProduct && entry[key] !== undefined);
    const roles = [...precisionOf(where, entry).keys()].filter(
      (role) => role === "maximum" || IDLE_ROLES.includes(role),
    );
    paths.push(
      ...factorsOf.map((key) => `${where}.${key}`),
      ...roles.map((role) => `${where}.Precision.${role}`),
    );
  }
  const model = precisionOf("HLSConfig.Model", config.HLSConfig.Model).keys();
  const roles = [...model].filter((role) => IDLE_ROLES.includes(role));
  return [...paths, ...roles.map((role) => `HLSConfig.Model.Precision.${role}`)];
}

/** Classes whose types hls4ml does not look for, though its own `config_from_keras_model` writes them. */
function unheardClasses(wording: Wording): string[] {
  const names: [string, string][] = [
    ...(Object.keys(LAYER_CLASS) as IntegerLayer["kind"][]).flatMap((kind) =>
      KERAS_CLASSES[kind].map((name): [string, string] => [name, LAYER_CLASS[kind]]),
    ),
    [KERAS_INPUT_CLASS, INPUT_CLASS],
    [ALPHA_CLASS, "LayerName.<layer>_alpha"],
  ];
  const unheard = names.filter(([name]) => {
    const entry = wording.entry("LayerType", [name]);
    return entry !== undefined && precisionOf(entry.where, entry.config).size > 0;
  });
  if (unheard.length === 0) return [];
  const list = unheard.map(([name, own]) => `${name} (write ${own})`).join(", ");
  return [
    `Precision under LayerType has no effect for classes that hls4ml 1.3.0 does not look for, though it writes Keras' own: ${list}.`,
  ];
}

function requireImplementation(where: string, { ConvImplementation }: Hls4mlLayerConfig): void {
  if (ConvImplementation === undefined) return;
  wordOf(`${where}.ConvImplementation`, ConvImplementation, ["LineBuffer"], OTHER_IMPLEMENTATIONS);
}

function partOf({ Part, XilinxPart }: Hls4mlConfig): string | undefined {
  if (Part !== undefined && XilinxPart !== undefined && Part !== XilinxPart) {
    throw new CnntargzError(
      "config",
      `Part is ${Part} and XilinxPart, its older name, ${XilinxPart}; leave one out`,
    );
  }
  return Part ?? XilinxPart;
}

/** An alias in the firmware has the type of what it stands for. */
function requireAliases(network: IntegerNetwork, wording: Wording): void {
  for (const { kind, name, resultType } of network.layers) {
    if (kind !== "flatten") continue;
    const spoken = { names: [name], classes: [LAYER_CLASS.flatten] };
    const said = wording.said(spoken, "result");
    if (!said || said.level === "Model" || said.type === "auto") continue;
    if (sameType(said.type, resultType)) continue;
    throw new CnntargzError(
      "config",
      `${said.where} is ${formatType(said.type)}, but a flatten is an alias and gives on the ${formatType(resultType)} that it gets; give the type to the layer before ${name}, or write auto`,
    );
  }
}

/**
 * What a configuration in hls4ml's words comes to for a network: the configuration of its firmware,
 * and the network in the types that `Precision` asks for. As in hls4ml 1.3.0, `LayerName` goes before
 * `LayerType` (by its own classes, such as `Conv2D`) before `Model`, quantizers of weights and biases go
 * before the latter two, a layer's `result` is the type before its activation, and an activation that is
 * `auto` has the model's type. Everything else that is `auto` or left out is the network's own.
 *
 * @param value a whole `hls4ml_config.yml`, or its `HLSConfig` alone
 * @throws CnntargzError `config` for unknown keys, layers, roles and words (it names the nearest), for
 * what hls4ml does and this version does not, and for types that are none or can not be given to their
 * layer; `contract` for values of the wrong kind.
 */
export function resolveHls4mlConfig(network: IntegerNetwork, value: unknown): ResolvedConfig {
  const { config, idle } = screenHls4mlConfig(value);
  const { HLSConfig, Cnntargz } = config;
  const { Model } = HLSConfig;
  const wording = new Wording(config);
  requireKnownNames(HLSConfig, network, wording);
  for (const { where, config: entry } of wording.entries) requireImplementation(where, entry);
  requireImplementation("HLSConfig.Model", Model);

  const notes: string[] = [];
  const ioType = ioTypeOf(config, notes);
  const without = mergePaths([...idle, ...idleWords(config, network, wording)]);
  if (without.length > 0) notes.push(`Without effect here: ${without.join(", ")}.`);

  const layers: Record<string, ReturnType<typeof factors>> = {};
  for (const layer of network.layers.filter(multiplies)) {
    const own = factors(wording, layer);
    if (Object.keys(own).length > 0) layers[layer.name] = own;
  }
  const given = {
    projectName: config.ProjectName,
    backend:
      config.Backend === undefined
        ? undefined
        : wordOf("Backend", config.Backend, ["vitis", "vivado"], OTHER_BACKENDS),
    part: partOf(config),
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

  const resolver = new TypeResolver(network, wording);
  const retyped = withoutChange(network, retypeNetwork(network, resolver.resolve()));
  requireAliases(retyped, wording);
  return {
    config: set,
    network: retyped,
    changes: constantChanges(network, retyped),
    notes: [
      ...notes,
      ...unheardClasses(wording),
      ...resolver.notes,
      ...(retyped === network ? [] : [typeChanges(network, retyped)]),
    ],
  };
}

/** Where the types are others than the network's. */
function typeChanges(network: IntegerNetwork, other: IntegerNetwork): string {
  const roles = ["weight", "scale", "bias", "accumulator", "result"];
  const own = new Map(network.layers.map((layer) => [layer.name, layer]));
  const words = other.layers.flatMap((layer): string[] => {
    const before = own.get(layer.name) as Record<string, unknown> | undefined;
    const types = layer as unknown as Record<string, FixedPointType | undefined>;
    const changed = roles.filter((role) => {
      const type = types[`${role}Type`];
      const old = before?.[`${role}Type`] as FixedPointType | undefined;
      return type !== undefined && !(old && sameType(type, old));
    });
    const list = changed.map((role) => `${role} ${formatType(types[`${role}Type`]!)}`);
    return list.length === 0 ? [] : [`${layer.name} (${list.join(", ")})`];
  });
  const input = sameType(network.inputType, other.inputType)
    ? []
    : [`input (${formatType(other.inputType)})`];
  return `Other types than the network's own: ${[...input, ...words].join("; ")}.`;
}

/** The network itself, when every type and constant of the other is the same. */
function withoutChange(network: IntegerNetwork, other: IntegerNetwork): IntegerNetwork {
  const words = ({ inputType, layers }: IntegerNetwork): string =>
    JSON.stringify([inputType, layers], (_, value: unknown) =>
      value instanceof Int32Array ? Array.from(value) : value,
    );
  return words(network) === words(other) ? network : other;
}
