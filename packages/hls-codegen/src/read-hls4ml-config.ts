import {
  CnntargzError,
  ContractError,
  Hls4mlConfig,
  Hls4mlHlsConfig,
  Hls4mlLayerConfig,
  Hls4mlModelConfig,
} from "@cnntargz/contracts";

import { fateOfKey, type Hls4mlPlace } from "./hls4ml-keys.js";
import { nearestOf } from "./nearest.js";

/** A configuration that was read, and its keys without a meaning here. */
export interface ReadHls4mlConfig {
  readonly config: Hls4mlConfig;
  /** Paths of what has no effect. */
  readonly idle: readonly string[];
}

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const KNOWN: Readonly<Record<Hls4mlPlace, readonly string[]>> = {
  outer: Object.keys(Hls4mlConfig.shape),
  HLSConfig: Object.keys(Hls4mlHlsConfig.shape),
  Model: Object.keys(Hls4mlModelConfig.shape),
  layer: Object.keys(Hls4mlLayerConfig.shape),
};

/** Sorts the keys of a configuration into those that are read, are idle, or are refused. */
class Screening {
  readonly idle: string[] = [];
  readonly refused: string[] = [];

  /** The mapping without idle and refused keys; `within` goes on inside a key that is read. */
  screen(
    place: Hls4mlPlace,
    path: string,
    value: unknown,
    within: (key: string, inner: unknown, path: string) => unknown = (_, inner) => inner,
  ): unknown {
    if (!isMapping(value)) return value;
    const kept: [string, unknown][] = [];
    for (const [key, inner] of Object.entries(value)) {
      const where = path === "" ? key : `${path}.${key}`;
      if (KNOWN[place].includes(key)) {
        kept.push([key, within(key, inner, where)]);
        continue;
      }
      const fate = fateOfKey(place, key, inner);
      if (fate === "idle") this.idle.push(where);
      if (fate === "missing") {
        this.refused.push(`${where}: hls4ml has it, this version does not do it; leave it out`);
      }
      if (fate === null) {
        this.refused.push(
          `${where}: no such key in a configuration of hls4ml; ${nearestOf(key, KNOWN[place])}`,
        );
      }
    }
    return Object.fromEntries(kept);
  }

  /** Each entry of a mapping by layer or class. */
  layers(path: string, value: unknown): unknown {
    if (!isMapping(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [
        name,
        this.screen("layer", `${path}.${name}`, entry),
      ]),
    );
  }
}

/** Paths of one key in many layers as one. */
export function mergePaths(idle: readonly string[]): string[] {
  const counts = new Map<string, string[]>();
  for (const path of idle) {
    const all = path.replace(
      /^(HLSConfig\.Layer(?:Name|Type))\..+?\.((?:Precision\.)?\w+)$/,
      "$1.*.$2",
    );
    counts.set(all, [...(counts.get(all) ?? []), path]);
  }
  return [...counts].flatMap(([all, paths]) => (paths.length === 1 ? paths : [all]));
}

/**
 * Read a configuration in hls4ml's words, and say which of its keys have no effect here.
 *
 * @throws as {@link readHls4mlConfig} does.
 */
export function screenHls4mlConfig(value: unknown): ReadHls4mlConfig {
  const isInner =
    isMapping(value) && !("HLSConfig" in value) && KNOWN.HLSConfig.some((key) => key in value);
  const screening = new Screening();
  const within = (key: string, inner: unknown, path: string): unknown => {
    if (key !== "HLSConfig") return inner;
    return screening.screen("HLSConfig", path, inner, (section, entry, where) =>
      section === "Model"
        ? screening.screen("Model", where, entry)
        : screening.layers(where, entry),
    );
  };
  const kept = screening.screen("outer", "", isInner ? { HLSConfig: value } : value, within);
  if (screening.refused.length > 0) throw new CnntargzError("config", screening.refused.join("\n"));
  const parsed = Hls4mlConfig.safeParse(kept);
  if (!parsed.success) throw new ContractError("hls4ml configuration", parsed.error);
  // Our own projects say there where they lie.
  const isOurs = parsed.data.Cnntargz !== undefined;
  const idle = screening.idle.filter((path) => !(isOurs && path === "OutputDir"));
  return { config: parsed.data, idle };
}

/**
 * Read a configuration in hls4ml's words: a whole `hls4ml_config.yml`, or its `HLSConfig` alone as
 * that project's `config_from_keras_model` returns it. Keys of hls4ml without an effect here are left
 * out.
 *
 * @throws CnntargzError `config` for keys that ask for what hls4ml does and this version does not, and for
 * those that hls4ml does not have (it names the nearest), all at once; `contract` for a value of the wrong
 * kind.
 */
export function readHls4mlConfig(value: unknown): Hls4mlConfig {
  return screenHls4mlConfig(value).config;
}
