import {
  CnntargzError,
  type FixedPointType,
  type Hls4mlConfig,
  type Hls4mlLayerConfig,
} from "@cnntargz/contracts";
import { parseType, sameType } from "@cnntargz/fixed-point";

import { IDLE_ROLES } from "./hls4ml-keys.js";
import { nearestOf } from "./nearest.js";

const ROLES = ["weight", "scale", "bias", "accum", "result"] as const;
/** What a type is for. */
export type Role = (typeof ROLES)[number];

/** Where a configuration speaks of a layer, the most specific first. */
export type Level = "LayerName" | "LayerType" | "Model";

/** A type that is asked for, and where. */
export interface Said {
  readonly type: FixedPointType | "auto";
  readonly level: Level;
  /** Path of the words. */
  readonly where: string;
}

/** A configuration's entry for a layer. */
interface Entry {
  readonly level: Level;
  readonly where: string;
  readonly config: Hls4mlLayerConfig;
}

/** A layer as a configuration can speak of it. */
export interface Spoken {
  /** Names in `LayerName`. */
  readonly names: readonly string[];
  /** Classes in `LayerType`. */
  readonly classes: readonly string[];
}

function parse(where: string, text: string): FixedPointType | "auto" {
  if (text.toLowerCase() === "auto") return "auto";
  try {
    return parseType(text);
  } catch (cause) {
    throw new CnntargzError("config", `${where}: ${(cause as Error).message}`, { cause });
  }
}

/** Types by role; `default` and a single type stand for all of them. */
export function precisionOf(where: string, { Precision }: Hls4mlLayerConfig): Map<string, string> {
  if (Precision === undefined) return new Map();
  if (typeof Precision === "string") return new Map([["default", Precision]]);
  const known = ["default", ...ROLES, "maximum", ...IDLE_ROLES];
  for (const role of Object.keys(Precision)) {
    if (known.includes(role)) continue;
    throw new CnntargzError(
      "config",
      `${where}.Precision.${role}: no such role; ${nearestOf(role, known)}`,
    );
  }
  return new Map(Object.entries(Precision));
}

/** What a configuration says of layers, looked up as hls4ml does: whatever the case of a name. */
export class Wording {
  readonly #model: Entry;
  readonly #sections: ReadonlyMap<Level, ReadonlyMap<string, Entry>>;
  /** The model's own type; undefined where it stands for the network's. */
  readonly fallback: FixedPointType | undefined;
  /** What inferred types may have at most. */
  readonly maximum: FixedPointType | undefined;

  constructor({ HLSConfig, Cnntargz }: Hls4mlConfig) {
    const section = (level: "LayerName" | "LayerType") =>
      new Map(
        Object.entries(HLSConfig[level] ?? {}).map(([name, config]) => [
          name.toLowerCase(),
          { level, where: `HLSConfig.${level}.${name}`, config },
        ]),
      );
    this.#model = { level: "Model", where: "HLSConfig.Model", config: HLSConfig.Model };
    this.#sections = new Map([
      ["LayerName", section("LayerName")],
      ["LayerType", section("LayerType")],
    ]);
    const precision = precisionOf("HLSConfig.Model", HLSConfig.Model);
    const typeOf = (where: string, text: string | undefined): FixedPointType | undefined => {
      const type = text === undefined ? "auto" : parse(where, text);
      return type === "auto" ? undefined : type;
    };
    const own = typeOf("Cnntargz.DefaultPrecision", Cnntargz?.DefaultPrecision);
    const found = typeOf("HLSConfig.Model.Precision.default", precision.get("default"));
    this.fallback = own && found && sameType(own, found) ? undefined : found;
    this.maximum = typeOf("HLSConfig.Model.Precision.maximum", precision.get("maximum"));
  }

  /** Every entry for a layer or a class. */
  get entries(): Entry[] {
    return [...this.#sections.values()].flatMap((section) => [...section.values()]);
  }

  /** The entry for one of these names or classes. */
  entry(level: "LayerName" | "LayerType", names: readonly string[]): Entry | undefined {
    const section = this.#sections.get(level)!;
    return names
      .map((name) => section.get(name.toLowerCase()))
      .find((entry) => entry !== undefined);
  }

  /** Entries that speak of a layer, the most specific first, without the model's. */
  entriesOf({ names, classes }: Spoken): Entry[] {
    return [this.entry("LayerName", names), this.entry("LayerType", classes)].filter(
      (entry) => entry !== undefined,
    );
  }

  /** The type that the most specific entry gives a role. */
  said(spoken: Spoken, role: Role): Said | undefined {
    for (const { level, where, config } of [...this.entriesOf(spoken), this.#model]) {
      const precision = precisionOf(where, config);
      const text = precision.get(role);
      const path = `${where}.Precision.${role}`;
      if (text !== undefined) return { level, where: path, type: parse(path, text) };
      if (level === "Model") {
        return this.fallback && { level, where: `${where}.Precision`, type: this.fallback };
      }
      const all = precision.get("default");
      if (all !== undefined) {
        const of = `${where}.Precision`;
        return { level, where: of, type: parse(of, all) };
      }
    }
    return undefined;
  }
}
