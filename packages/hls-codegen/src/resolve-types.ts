import {
  CnntargzError,
  type FixedPointType,
  type IntegerConv2d,
  type IntegerDense,
  type IntegerLayer,
  type IntegerNetwork,
} from "@cnntargz/contracts";
import {
  fitsType,
  formatType,
  fractionBits,
  intervalOfValue,
  sameType,
} from "@cnntargz/fixed-point";

import { type TensorChanges, weightsIn } from "./constant-changes.js";
import { type Said, type Spoken, type Wording } from "./hls4ml-wording.js";
import { ALPHA_CLASS, INPUT_CLASS, KERAS_CLASSES, LAYER_CLASS } from "./layer-classes.js";
import { layerNamed } from "./layer-named.js";
import type { LayerTypes, NetworkTypes } from "./retype-network.js";

type Product = IntegerConv2d | IntegerDense;

const isProduct = (layer: IntegerLayer | undefined): layer is Product =>
  layer?.kind === "conv2d" || layer?.kind === "dense";

const typeIn = (said: Said | undefined): FixedPointType | undefined =>
  said === undefined || said.type === "auto" ? undefined : said.type;

/** hls4ml's names of what follows a layer and is part of it here. */
export function followersOf(layer: IntegerLayer, network: IntegerNetwork): string[] {
  if (!isProduct(layer)) return [];
  const relus = layer.activation === "relu" ? ["relu", "quantized_relu"] : [];
  const names = ["linear", "alpha", ...relus].map((word) => `${layer.name}_${word}`);
  return names.filter((name) => layerNamed(name, network) === undefined);
}

/** Whether hls4ml has this layer by itself: the scales of the weights of the layer before. */
const isAlpha = (layer: IntegerLayer | undefined, previous: IntegerLayer | undefined): boolean =>
  layer?.kind === "scale" && layer.name === `${previous?.name ?? ""}_alpha`;

/**
 * Whether a type holds a layer's weights but for a power of two per output channel: what hls4ml says of
 * weights whose scales it keeps in a layer of their own, where they are part of the weights here.
 */
function holdsUnscaled({ weights, bias, weightType }: Product, type: FixedPointType): boolean {
  const outputs = bias.values.length;
  const reach = weightType.width + type.width;
  const units = Array.from({ length: 2 * reach + 1 }, (_, i) => fractionBits(type) - reach + i);
  return bias.values.every((_, output) => {
    const channel = weights.values.filter((__, i) => i % outputs === output);
    return units.some((unit) =>
      channel.every((value) => fitsType(intervalOfValue(value, unit), type)),
    );
  });
}

/** What a configuration's words mean for the types of one network. */
export class TypeResolver {
  readonly notes: string[] = [];
  readonly #network: IntegerNetwork;
  readonly #wording: Wording;
  /** Weight types under a class or the model, which give way to quantizers. */
  readonly #outranked = new Map<
    string,
    { type: FixedPointType; layers: [string, TensorChanges][] }
  >();

  constructor(network: IntegerNetwork, wording: Wording) {
    this.#network = network;
    this.#wording = wording;
  }

  resolve(): NetworkTypes {
    const { layers } = this.#network;
    const input = typeIn(
      this.#wording.said(
        { names: inputNames(this.#network, this.#wording), classes: [INPUT_CLASS] },
        "result",
      ),
    );
    const types = new Map(
      layers.map((layer, i) => [layer.name, this.#layer(layer, layers[i - 1], layers[i + 1])]),
    );
    this.#explainOutranked();
    return { input, layers: types, maximum: this.#wording.maximum };
  }

  #layer(
    layer: IntegerLayer,
    previous: IntegerLayer | undefined,
    next: IntegerLayer | undefined,
  ): LayerTypes {
    const spoken: Spoken = { names: [layer.name], classes: [LAYER_CLASS[layer.kind]] };
    switch (layer.kind) {
      case "conv2d":
      case "dense":
        return this.#product(layer, spoken, next);
      case "activation":
        return { result: this.#activation(spoken) };
      case "scale":
        return this.#scale(spoken, isAlpha(layer, previous));
      case "averagePool2d":
        return { accum: this.#typed(spoken, "accum"), result: this.#typed(spoken, "result") };
      case "maxPool2d":
        return { result: this.#typed(spoken, "result") };
      case "flatten":
        return {};
    }
  }

  #typed(spoken: Spoken, role: "accum" | "result"): FixedPointType | undefined {
    return typeIn(this.#wording.said(spoken, role));
  }

  /** An activation's result: `auto` is the model's type in hls4ml. */
  #activation(spoken: Spoken): FixedPointType | undefined {
    const said = this.#wording.said(spoken, "result");
    return said?.type === "auto" ? this.#wording.fallback : typeIn(said);
  }

  /** Scales and offsets have their quantizers' types. */
  #scale(spoken: Spoken, ofWeights: boolean): LayerTypes {
    const { fallback } = this.#wording;
    const byName = { ...spoken, classes: ofWeights ? [] : spoken.classes };
    const said = this.#wording.said(byName, "result");
    const named = said?.level === "LayerName" || !ofWeights ? typeIn(said) : undefined;
    return { result: named ?? (ofWeights || said?.type === "auto" ? fallback : undefined) };
  }

  #product(layer: Product, spoken: Spoken, next: IntegerLayer | undefined): LayerTypes {
    const { name } = layer;
    const { fallback } = this.#wording;
    const isUniform = this.#network.typeRule === "uniform";
    const accum = this.#wording.said(spoken, "accum");
    const result = this.#wording.said(spoken, "result");
    this.#requireUnscaled(layer, accum, result);
    // In a network without quantizers, hls4ml widens what is to be inferred.
    const isWidened = isUniform && fallback !== undefined && accum?.type === "auto";
    const types = {
      weight: this.#constants(layer, spoken, "weight"),
      bias: this.#constants(layer, spoken, "bias"),
      accum: typeIn(accum) ?? (isWidened ? ("hls4ml" as const) : undefined),
    };
    const first = typeIn(result);
    const linear = this.#linear(layer, result, next);
    const alpha = this.#absorbedAlpha(name);
    const casts = [first, alpha, linear].filter((type) => type !== undefined);
    if (layer.activation === "linear")
      return { ...types, casts: casts.slice(0, -1), result: casts.at(-1) };
    const relu = followersOf(layer, this.#network).filter((follower) => follower.endsWith("_relu"));
    const activation: Spoken = { names: relu, classes: [LAYER_CLASS.activation] };
    if (
      result?.level === "LayerName" &&
      first &&
      !sameType(first, layer.resultType) &&
      this.#wording.entriesOf(activation).length === 0
    ) {
      this.notes.push(
        `${result.where} is the type of what goes into the relu, as in hls4ml; what it gives on is LayerName.${name}_relu.Precision.result.`,
      );
    }
    return {
      ...types,
      casts,
      result: this.#activation(activation),
    };
  }

  /** The type of hls4ml's `<layer>_linear`: a cast of its own, where the layer's result is no `auto`. */
  #linear(
    { name, activation }: Product,
    own: Said | undefined,
    next: IntegerLayer | undefined,
  ): FixedPointType | undefined {
    const names = [`${name}_linear`];
    const said = this.#wording.said({ names, classes: [LAYER_CLASS.activation] }, "result");
    const isNamed = said?.level === "LayerName";
    if (next && isAlpha(next, { name } as IntegerLayer)) {
      const scaled =
        this.#scale({ names: [next.name], classes: [] }, true).result ?? next.resultType;
      const type = isNamed ? typeIn(said) : undefined;
      if (type && !sameType(type, scaled)) {
        throw new CnntargzError(
          "config",
          `${said!.where} is ${formatType(type)}, but ${next.name} before it gives ${formatType(scaled)}; give the type to LayerName.${next.name}.Precision.result`,
        );
      }
      return undefined;
    }
    if (isNamed) {
      const type = typeIn(said);
      if (type && own?.type === "auto") {
        this.notes.push(
          `${said.where} is the result of ${name} here; hls4ml 1.3.0 itself drops it, since ${own.where} is auto.`,
        );
      }
      return type;
    }
    // Fused with a relu, there is no such layer.
    if (activation === "relu" || typeIn(own) === undefined) return undefined;
    return said?.type === "auto" ? this.#wording.fallback : typeIn(said);
  }

  /** The type after hls4ml's scales, where those are part of the weights here. */
  #absorbedAlpha(name: string): FixedPointType | undefined {
    const alpha = `${name}_alpha`;
    const isOwn = layerNamed(alpha, this.#network) !== undefined;
    if (isOwn || this.#wording.entry("LayerName", [alpha]) === undefined) return undefined;
    return this.#scale({ names: [alpha], classes: [ALPHA_CLASS] }, true).result;
  }

  /** Types of sums before hls4ml's scales say nothing of sums of scaled weights. */
  #requireUnscaled({ name }: Product, ...said: (Said | undefined)[]): void {
    const alpha = `${name}_alpha`;
    const isOwn = layerNamed(alpha, this.#network) !== undefined;
    if (isOwn || this.#wording.entry("LayerName", [alpha]) === undefined) return;
    for (const each of said) {
      if (each?.level !== "LayerName" || each.type === "auto") continue;
      throw new CnntargzError(
        "config",
        `${each.where} is ${formatType(each.type)}, the type of sums before ${alpha}, but in network ${this.#network.name} the scales are part of the weights of ${name}; convert the trained model with --type-rule hls4ml, or write auto`,
      );
    }
  }

  /** A quantizer's own type goes before what a class or the model says; a name can change it. */
  #constants(layer: Product, spoken: Spoken, role: "weight" | "bias"): FixedPointType | undefined {
    const said = this.#wording.said(spoken, role);
    if (this.#network.typeRule === "uniform") {
      return said?.type === "auto" ? this.#wording.fallback : typeIn(said);
    }
    if (said?.level !== "LayerName") {
      if (role === "weight") this.#outrank(layer, spoken);
      return undefined;
    }
    const type = typeIn(said);
    if (type === undefined || role === "bias") return type;
    const { changed, total, wrapped } = weightsIn(layer, type);
    const alpha = this.#wording.entry("LayerName", [`${layer.name}_alpha`]);
    // Whoever has a type for all there is, or a word for the scales, speaks of hls4ml's layers.
    const ofHls4ml = this.#wording.fallback !== undefined || alpha !== undefined;
    if (changed === 0 || !ofHls4ml || !holdsUnscaled(layer, type)) return type;
    this.notes.push(
      `${said.where} is ${formatType(type)}: the weights of ${layer.name} keep ${formatType(layer.weightType)}, since their scales are part of them here, which hls4ml has in ${layer.name}_alpha; cast, ${changed} of ${total} would change and ${wrapped} of these wrap.`,
    );
    return undefined;
  }

  #outrank(layer: Product, { classes }: Spoken): void {
    const all = [...classes, ...KERAS_CLASSES[layer.kind]];
    const said = this.#wording.said({ names: [], classes: all }, "weight");
    const type = typeIn(said);
    if (!said || !type || (said.level === "Model" && !said.where.endsWith(".weight"))) return;
    if (sameType(type, layer.weightType)) return;
    const known = this.#outranked.get(said.where) ?? { type, layers: [] };
    known.layers.push([layer.name, weightsIn(layer, type)]);
    this.#outranked.set(said.where, known);
  }

  #explainOutranked(): void {
    const { layers } = this.#network;
    const weights = layers.reduce(
      (n, layer) => n + (isProduct(layer) ? layer.weights.values.length : 0),
      0,
    );
    const kinds = [...this.#outranked.values()].map(({ type }) => formatType(type));
    if (kinds.length === 0) return;
    const all = [...this.#outranked.values()].flatMap((each) => each.layers);
    const changed = all.filter(([, changes]) => changes.changed > 0);
    const count = changed.reduce((n, [, changes]) => n + changes.changed, 0);
    const wrapped = changed.reduce((n, [, changes]) => n + changes.wrapped, 0);
    const where = [...this.#outranked.keys()].join(", ");
    const detail = changed.map(([name, of]) => `${name} ${of.changed} of ${of.total}`).join(", ");
    const cast =
      count === 0
        ? "cast, none would change"
        : `cast, ${count} of ${weights} would change (${detail}), ${wrapped} of these wrap`;
    this.notes.push(
      `Weights keep their quantizers' types, which go before ${where} (${[...new Set(kinds)].join(", ")}), as in hls4ml: ${cast}. LayerName changes them.`,
    );
  }
}

/** Names under which a configuration may speak of the network's input. */
export function inputNames({ layers }: IntegerNetwork, wording: Wording): string[] {
  return wording.entries
    .filter(({ level }) => level === "LayerName")
    .map(({ where }) => where.slice("HLSConfig.LayerName.".length))
    .filter(
      (name) =>
        /^input(?:_layer)?(?:_\d+)?$/i.test(name) ||
        name.toLowerCase() === `${layers[0]!.name}_input`.toLowerCase(),
    )
    .filter((name) => layers.every((layer) => layer.name !== name));
}
