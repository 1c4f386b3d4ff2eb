import {
  anyObject,
  type Hls4mlConfig,
  type Hls4mlHlsConfig,
  type Hls4mlLayerConfig,
  HlsConfig,
  type HlsConfigInput,
  type IntegerConv2d,
  type IntegerDense,
  type IntegerLayer,
  type IntegerNetwork,
  optionsCheck,
  parseContract,
  z,
} from "@cnntargz/contracts";
import { fixedType, formatType, sameType } from "@cnntargz/fixed-point";

import { INPUT_CLASS, INPUT_NAME, LAYER_CLASS } from "./layer-classes.js";
import { strategyName } from "./layer-view.js";
import { layerNamed } from "./layer-named.js";
import { followersOf } from "./resolve-types.js";

/** How finely a configuration speaks of layers: of all at once, by class, or one by one. */
export type Granularity = "model" | "type" | "name";

/** What to make a configuration of. */
export interface ConfigOptions {
  /** `name` when left out. */
  readonly granularity?: Granularity | undefined;
  /** Everything that is not about precision. */
  readonly config?: HlsConfigInput | undefined;
}

const checkOptions = optionsCheck<ConfigOptions>("configFromNetwork", {
  granularity: z.enum(["model", "type", "name"]).optional(),
  config: anyObject.optional(),
});

type Entry = readonly [name: string, config: Hls4mlLayerConfig];
type Types = Record<string, string>;

/** hls4ml's type of what nothing speaks of: its own default. */
const DEFAULT = fixedType(true, 16, 6);

const isProduct = (layer: IntegerLayer): layer is IntegerConv2d | IntegerDense =>
  layer.kind === "conv2d" || layer.kind === "dense";

/** Types by role; a layer's result is what it gives before its activation, as in hls4ml. */
function precisionOf(layer: IntegerLayer): Types {
  // An alias: hls4ml infers what goes in, here nothing else can be.
  if (layer.kind === "flatten") return { result: "auto" };
  const result =
    isProduct(layer) && layer.activation === "relu" ? layer.accumulatorType : layer.resultType;
  return {
    ...("weightType" in layer ? { weight: formatType(layer.weightType) } : {}),
    ...("scaleType" in layer ? { scale: formatType(layer.scaleType) } : {}),
    ...("biasType" in layer ? { bias: formatType(layer.biasType) } : {}),
    ...("accumulatorType" in layer ? { accum: formatType(layer.accumulatorType) } : {}),
    result: formatType(result),
  };
}

/** Strategy and factors, for layers that have them. */
function factorsOf(layer: IntegerLayer, config: HlsConfig): Hls4mlLayerConfig {
  if (!isProduct(layer)) return {};
  const own = config.layers?.[layer.name];
  return {
    ReuseFactor: own?.reuseFactor ?? config.reuseFactor,
    Strategy: strategyName(own?.strategy ?? config.strategy),
    ...(layer.kind === "conv2d"
      ? { ParallelizationFactor: own?.parallelizationFactor ?? config.parallelizationFactor }
      : {}),
  };
}

/** hls4ml's name of a layer's relu, and the relu's type; null without one. */
function reluOf(layer: IntegerLayer, network: IntegerNetwork): Entry | null {
  if (!isProduct(layer) || layer.activation !== "relu") return null;
  const followers = followersOf(layer, network);
  const name = followers.find((follower) => follower.endsWith("_relu"));
  if (name === undefined) return null;
  return [name, { Precision: { result: formatType(layer.resultType) } }];
}

/** hls4ml's `<layer>_linear`, which must give on what goes into it to be no cast of its own. */
function linearOf(layer: IntegerLayer, network: IntegerNetwork): Entry[] {
  const name = `${layer.name}_linear`;
  if (!isProduct(layer) || !followersOf(layer, network).includes(name)) return [];
  const alpha = layerNamed(`${layer.name}_alpha`, network);
  const result = precisionOf(alpha ?? layer)["result"]!;
  return [[name, { Precision: { result } }]];
}

/** Everything of a layer, under hls4ml's names. */
function entriesOf(layer: IntegerLayer, network: IntegerNetwork, config: HlsConfig): Entry[] {
  const relu = reluOf(layer, network);
  return [
    [layer.name, { Precision: precisionOf(layer), ...factorsOf(layer, config) }],
    ...linearOf(layer, network),
    ...(relu ? [relu] : []),
  ];
}

/** Every layer by name, and the input by class where a layer has its name. */
function byName(network: IntegerNetwork, config: HlsConfig): Partial<Hls4mlHlsConfig> {
  const input = { Precision: { result: formatType(network.inputType) } };
  const isTaken = network.layers.some(({ name }) => name === INPUT_NAME);
  const entries = network.layers.flatMap((layer) => entriesOf(layer, network, config));
  return {
    ...(isTaken ? { LayerType: { [INPUT_CLASS]: input } } : {}),
    LayerName: { ...(isTaken ? {} : { [INPUT_NAME]: input }), ...Object.fromEntries(entries) },
  };
}

/** Factors of layers that have their own. */
function ownFactors({ layers }: IntegerNetwork, config: HlsConfig): Entry[] {
  return layers
    .filter(({ name }) => config.layers?.[name] !== undefined)
    .map((layer) => [layer.name, factorsOf(layer, config)]);
}

/** The types that all layers of a class share. */
function shared(all: readonly Types[]): Types {
  const [first, ...others] = all;
  return Object.fromEntries(
    Object.entries(first!).filter(([role, type]) => others.every((types) => types[role] === type)),
  );
}

/** Classes, and by name the layers that differ from their class. */
function byType(network: IntegerNetwork, config: HlsConfig): Partial<Hls4mlHlsConfig> {
  const isUniform = network.typeRule === "uniform";
  const classes: Record<string, Hls4mlLayerConfig> = {
    [INPUT_CLASS]: { Precision: { result: formatType(network.inputType) } },
  };
  const names: Entry[] = [];
  const kinds = new Map<string, IntegerLayer[]>();
  const relus: Entry[] = [];
  for (const layer of network.layers) {
    const isAlpha = layer.kind === "scale" && /_alpha$/.test(layer.name);
    if (layer.kind === "activation") {
      relus.push([layer.name, { Precision: precisionOf(layer) }]);
    } else if (isAlpha) {
      // hls4ml does not look for their class, and infers its own default.
      const isDefault = sameType(layer.resultType, DEFAULT);
      if (!isDefault) names.push([layer.name, { Precision: precisionOf(layer) }]);
    } else {
      const name = LAYER_CLASS[layer.kind];
      const others = kinds.get(name);
      if (others === undefined) kinds.set(name, [layer]);
      else others.push(layer);
    }
    const relu = reluOf(layer, network);
    if (relu) relus.push(relu);
  }
  for (const [name, layers] of kinds) {
    const all = layers.map(precisionOf);
    const common = shared(all);
    const isInferred = isProduct(layers[0]!) && !isUniform;
    const inferred = isInferred ? { accum: "auto", result: "auto" } : {};
    const types = { ...common, ...inferred };
    classes[name] = {
      Precision: types,
      ...factorsOf(layers[0]!, { ...config, layers: undefined }),
    };
    const own = Object.keys(all[0]!).filter((role) => !(role in types));
    for (const layer of layers) {
      // A cast of its own is nothing that can be inferred.
      const isCast =
        isProduct(layer) &&
        layer.activation === "linear" &&
        !sameType(layer.resultType, layer.accumulatorType);
      if (isCast || !isInferred) {
        if (isCast || own.length > 0) names.push(...entriesOf(layer, network, config));
        continue;
      }
      const precision = precisionOf(layer);
      const differing = Object.fromEntries(own.map((role) => [role, precision[role]!]));
      if (own.length > 0) names.push([layer.name, { Precision: differing }]);
    }
  }
  if (relus.length > 0) {
    const common = shared(relus.map(([, { Precision }]) => Precision as Types));
    if (Object.keys(common).length > 0) classes[LAYER_CLASS.activation] = { Precision: common };
    else names.push(...relus);
  }
  const all = new Map(ownFactors(network, config));
  for (const [name, entry] of names) all.set(name, { ...entry, ...all.get(name) });
  return {
    LayerType: classes,
    ...(all.size > 0 ? { LayerName: Object.fromEntries(all) } : {}),
  };
}

/** The model alone, and the factors of layers that have their own. */
function byModel(network: IntegerNetwork, config: HlsConfig): Partial<Hls4mlHlsConfig> {
  const own = ownFactors(network, config);
  return own.length > 0 ? { LayerName: Object.fromEntries(own) } : {};
}

const GRANULARITIES = { model: byModel, type: byType, name: byName };

/**
 * The configuration of a network's firmware in hls4ml's words, to print, edit and give to
 * {@link resolveHls4mlConfig} or to hls4ml itself: with granularity `name` every type as the network has
 * it, with `type` by class where its layers agree. `Model.Precision` is hls4ml's own default, which it
 * cannot do without; read here, it stands for the network's types until it is changed.
 *
 * @throws CnntargzError `contract` when `config` is not valid.
 */
export function configFromNetwork(
  network: IntegerNetwork,
  options: ConfigOptions = {},
): Hls4mlConfig {
  checkOptions(options);
  const { granularity = "name", config = {} } = options;
  const parsed = parseContract(HlsConfig, config, "HLS config");
  const { signed, width, integer } = network.typeRule === "uniform" ? network.inputType : DEFAULT;
  const words = formatType(fixedType(signed, width, integer)).replace("ap_", "");
  return {
    Backend: parsed.backend === "vitis" ? "Vitis" : "Vivado",
    ProjectName: parsed.projectName,
    Part: parsed.part,
    ClockPeriod: parsed.clockPeriodNs,
    IOType: parsed.ioType,
    HLSConfig: {
      Model: {
        Precision: { default: words },
        ReuseFactor: parsed.reuseFactor,
        Strategy: strategyName(parsed.strategy),
        ParallelizationFactor: parsed.parallelizationFactor,
      },
      ...GRANULARITIES[granularity](network, parsed),
    },
    Cnntargz: {
      Compat: parsed.compat,
      FifoDepth: parsed.fifoDepth,
      Fragmenter: parsed.fragmenter,
      DefaultPrecision: words,
    },
  };
}
