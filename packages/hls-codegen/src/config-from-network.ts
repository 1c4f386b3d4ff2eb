import {
  HlsConfig,
  type HlsConfigInput,
  type Hls4mlConfig,
  type Hls4mlLayerConfig,
  type IntegerLayer,
  type IntegerNetwork,
  parseContract,
} from "@cnntargz/contracts";
import { formatType } from "@cnntargz/fixed-point";

import { INPUT_CLASS, inputNameOf, LAYER_CLASSES } from "./layer-classes.js";
import { strategyName } from "./layer-view.js";

/** How finely a configuration speaks of layers: of all at once, by class, or one by one. */
export type Granularity = "model" | "type" | "name";

/** What to make a configuration of. */
export interface ConfigOptions {
  /** `name` when left out. */
  readonly granularity?: Granularity | undefined;
  /** Everything that is not about precision. */
  readonly config?: HlsConfigInput | undefined;
}

function precisionOf(layer: IntegerLayer): Record<string, string> {
  return {
    ...("weightType" in layer ? { weight: formatType(layer.weightType) } : {}),
    ...("scaleType" in layer ? { scale: formatType(layer.scaleType) } : {}),
    ...("biasType" in layer ? { bias: formatType(layer.biasType) } : {}),
    ...("accumulatorType" in layer ? { accum: formatType(layer.accumulatorType) } : {}),
    result: formatType(layer.resultType),
  };
}

/** `auto` for each role that a layer has. */
function autoPrecision(layer: IntegerLayer): Record<string, string> {
  return Object.fromEntries(Object.keys(precisionOf(layer)).map((role) => [role, "auto"]));
}

/** Strategy and factors, for layers that have them. */
function factorsOf(layer: IntegerLayer, config: HlsConfig): Hls4mlLayerConfig {
  if (layer.kind !== "conv2d" && layer.kind !== "dense") return {};
  const own = config.layers?.[layer.name];
  return {
    ReuseFactor: own?.reuseFactor ?? config.reuseFactor,
    Strategy: strategyName(own?.strategy ?? config.strategy),
    ...(layer.kind === "conv2d"
      ? { ParallelizationFactor: own?.parallelizationFactor ?? config.parallelizationFactor }
      : {}),
  };
}

/**
 * The configuration of a network's firmware in hls4ml's words, to print, edit and give to
 * {@link resolveHls4mlConfig}: with granularity `name` every type as the network has it, otherwise
 * `auto`, which stands for it.
 *
 * @throws CnntargzError `contract` when `config` is not valid.
 */
export function configFromNetwork(
  network: IntegerNetwork,
  { granularity = "name", config = {} }: ConfigOptions = {},
): Hls4mlConfig {
  const parsed = parseContract(HlsConfig, config, "HLS config");
  const layers = network.layers.filter(({ kind }) => kind !== "flatten");
  const entries: Record<Granularity, Partial<Hls4mlConfig["HLSConfig"]>> = {
    model: {},
    type: {
      LayerType: {
        [INPUT_CLASS]: { Precision: { result: "auto" } },
        ...Object.fromEntries(
          layers.map((layer) => [
            LAYER_CLASSES[layer.kind][0]!,
            {
              Precision: autoPrecision(layer),
              ...factorsOf(layer, { ...parsed, layers: undefined }),
            },
          ]),
        ),
      },
    },
    name: {
      LayerName: {
        [inputNameOf(network.layers)]: { Precision: { result: formatType(network.inputType) } },
        ...Object.fromEntries(
          layers.map((layer) => [
            layer.name,
            { Precision: precisionOf(layer), ...factorsOf(layer, parsed) },
          ]),
        ),
      },
    },
  };
  return {
    Backend: parsed.backend === "vitis" ? "Vitis" : "Vivado",
    ProjectName: parsed.projectName,
    Part: parsed.part,
    ClockPeriod: parsed.clockPeriodNs,
    IOType: parsed.ioType,
    HLSConfig: {
      Model: {
        Precision: { default: "auto" },
        ReuseFactor: parsed.reuseFactor,
        Strategy: strategyName(parsed.strategy),
        ParallelizationFactor: parsed.parallelizationFactor,
      },
      ...entries[granularity],
    },
    Cnntargz: {
      Compat: parsed.compat,
      FifoDepth: parsed.fifoDepth,
      Fragmenter: parsed.fragmenter,
    },
  };
}
