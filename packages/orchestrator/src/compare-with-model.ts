import type { IntegerNetwork, LayerProfile, SignalProfile } from "@cnntargz/contracts";
import { castReal, fitsType, fractionBits, intervalOfValue } from "@cnntargz/fixed-point";
import type { ConstantChanges, TensorChanges } from "@cnntargz/hls-codegen";
import { profileNetwork } from "@cnntargz/quant";

import { type ModelReference, outputNumbers, referenceOutputs } from "./model-reference.js";
import type { Design } from "./read-design.js";

/** How many values of one kind went out of their type and wrapped around. */
export interface Wraps {
  readonly layer: string;
  /** Sums in the accumulator, or what the layer gives on. */
  readonly signal: "sums" | "results";
  readonly wrapped: number;
  readonly total: number;
}

/** How far outputs are from those of what the network was made from. */
export interface ModelDistance {
  /** Such as `the run's own network`. */
  readonly reference: string;
  /** Whether every difference counts: the reference is integers too. */
  readonly isExact: boolean;
  readonly events: number;
  /** Events with any other output. */
  readonly differing: number;
  /** Largest difference of any output, in scaled target units. */
  readonly maxDifference: number;
  /** Largest difference of pT. */
  readonly maxPtGeV: number;
  /** Events whose pT is off by more than 1 GeV. */
  readonly offByOneGeV: number;
}

/** A firmware's network beside the model that it was made from. */
export interface ModelComparison {
  /** Layers whose constants are other numbers than the model's. */
  readonly constants: readonly ConstantChanges[];
  /** Constants that went out of their type, over all layers. */
  readonly wrappedConstants: number;
  readonly wraps: readonly Wraps[];
  readonly distance: ModelDistance;
}

/** Images profiled at once. */
const CHUNK = 500;

function wrapsOf(
  network: IntegerNetwork,
  images: Float64Array,
  count: number,
  signal?: AbortSignal,
): Wraps[] {
  const size = images.length / count;
  const totals = new Map<string, Wraps>();
  const add = (
    layer: LayerProfile,
    kind: Wraps["signal"],
    of: SignalProfile | null,
    n: number,
  ): void => {
    if (of?.type.overflow !== "WRAP" || of.saturated === 0) return;
    const key = `${layer.name}/${kind}`;
    const before = totals.get(key)?.wrapped ?? 0;
    const total = (of.count / n) * count;
    totals.set(key, { layer: layer.name, signal: kind, wrapped: before + of.saturated, total });
  };
  for (let start = 0; start < count; start += CHUNK) {
    const n = Math.min(CHUNK, count - start);
    const part = images.subarray(start * size, (start + n) * size);
    for (const layer of profileNetwork(network, part, n, {}, { signal }).layers) {
      add(layer, "sums", layer.accumulator, n);
      add(layer, "results", layer.result, n);
    }
  }
  return [...totals.values()];
}

function distanceOf(
  reference: ModelReference,
  expected: Float64Array,
  actual: Float64Array,
  count: number,
  ptScaleGeV: number,
): ModelDistance {
  const outputs = actual.length / count;
  let [differing, maxDifference, maxPt, off] = [0, 0, 0, 0];
  for (let event = 0; event < count; event += 1) {
    let most = 0;
    for (let i = event * outputs; i < (event + 1) * outputs; i += 1) {
      most = Math.max(most, Math.abs(actual[i]! - expected[i]!));
    }
    const pt = ptScaleGeV * Math.abs(actual[event * outputs]! - expected[event * outputs]!);
    differing += Number(most > 0);
    maxDifference = Math.max(maxDifference, most);
    maxPt = Math.max(maxPt, pt);
    off += Number(pt > 1);
  }
  return {
    reference: reference.name,
    isExact: reference.kind === "integers",
    events: count,
    differing,
    maxDifference,
    maxPtGeV: maxPt,
    offByOneGeV: off,
  };
}

/** Constants of a model in floating point that are others in the network's types. */
function floatChanges(network: IntegerNetwork, reference: ModelReference): ConstantChanges[] {
  if (reference.kind !== "float") return [];
  const { weights: floats, quantScheme } = reference.model;
  if (quantScheme !== null) return [];
  return network.layers.flatMap((layer) => {
    if (layer.kind !== "conv2d" && layer.kind !== "dense") return [];
    const tensor = (what: "kernel" | "bias"): TensorChanges => {
      const type = what === "kernel" ? layer.weightType : layer.biasType;
      const { values } = floats[`${layer.name}/${what}`]!;
      const wide = { ...type, width: type.width + 64, integer: type.integer + 64 };
      const fraction = fractionBits(type);
      let [changed, wrapped] = [0, 0];
      for (const value of values) {
        const integer = castReal(value, wide);
        if (Number(integer) * 2 ** -fraction !== value) changed += 1;
        if (!fitsType(intervalOfValue(integer, fraction), type)) wrapped += 1;
      }
      return { total: values.length, changed: Math.max(changed, wrapped), wrapped };
    };
    return [{ layer: layer.name, weights: tensor("kernel"), bias: tensor("bias") }];
  });
}

/**
 * Compare a design's network with what it was made from: constants that are other numbers, sums and
 * results that wrap around, and how far the outputs are, on images.
 *
 * @param images (count, h, w, c) integers in units of the network's input type
 * @param outputs what the network gives for them, integers in units of its last result type
 * @throws CnntargzError `inexact` when a sum does not fit a float64.
 */
export async function compareWithModel(
  { network, reference, changes }: Pick<Design, "network" | "reference" | "changes">,
  images: Float64Array,
  outputs: Float64Array,
  count: number,
  signal?: AbortSignal,
): Promise<ModelComparison> {
  const unit = 2 ** -fractionBits(network.inputType);
  const values = images.map((value) => value * unit);
  const expected = await referenceOutputs(reference, values, count, signal);
  const actual = outputNumbers(network, outputs);
  const { ptScaleGeV } = network.labelScaling;
  const constants = [...floatChanges(network, reference), ...changes];
  return {
    constants,
    wrappedConstants: constants.reduce(
      (n, { weights, bias }) => n + weights.wrapped + bias.wrapped,
      0,
    ),
    wraps: wrapsOf(network, images, count, signal),
    distance: distanceOf(reference, expected, actual, count, ptScaleGeV),
  };
}

/** Whether the firmware's network is not the one that it was to be. */
export const isOtherNetwork = ({ distance, wrappedConstants }: ModelComparison): boolean =>
  wrappedConstants > 0 || (distance.isExact && distance.differing > 0);

const gev = (value: number): string => `${value.toPrecision(3)} GeV`;

/** How constants changed, by layer. */
export function changesText(constants: readonly ConstantChanges[]): string {
  return constants
    .flatMap(({ layer, weights, bias }) =>
      [[weights, "weights"] as const, [bias, "biases"] as const].flatMap(
        ([{ total, changed, wrapped }, what]) =>
          changed === 0 ? [] : [`${layer} ${changed} of ${total} ${what} (${wrapped} wrap)`],
      ),
    )
    .join(", ");
}

/** What a comparison found, in lines. */
export function comparisonText({ constants, wraps, distance }: ModelComparison): string[] {
  const { reference, isExact, events, differing, maxPtGeV, offByOneGeV, maxDifference } = distance;
  const wrapped = constants.filter(({ weights, bias }) => weights.wrapped + bias.wrapped > 0);
  const counted = isExact ? constants : wrapped;
  const far =
    differing === 0
      ? `0 of ${events} events differ`
      : `${differing} of ${events} events differ, pT by up to ${gev(maxPtGeV)} (any output by up to ${maxDifference.toPrecision(3)}), ${offByOneGeV} by more than 1 GeV`;
  return [
    `against ${reference}: ${far}`,
    ...(counted.length > 0 ? [`constants that changed: ${changesText(counted)}`] : []),
    `values that wrap around: ${
      wraps
        .map((each) => `${each.layer} ${each.wrapped} of ${each.total} ${each.signal}`)
        .join(", ") || "none"
    }`,
  ];
}
