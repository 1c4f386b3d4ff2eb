import type { IntegerLayer, IntegerNetwork } from "@cnntargz/contracts";
import { fractionBits, type NetworkTrace } from "@cnntargz/fixed-point";

import type { Hls4mlLayer } from "./read-hls4ml-project.js";

/** Where a project of hls4ml first computes something else than a network. */
export interface Hls4mlMismatch {
  /** hls4ml's name of the layer. */
  readonly layer: string;
  /** The layer of the network to which it belongs. */
  readonly networkLayer: string;
  readonly row: number;
  readonly column: number;
  readonly channel: number;
  /** Numbers, not integers: the two may differ in their types. */
  readonly expected: number;
  readonly actual: number;
}

/** A layer that computes sums or windows, and what follows it until the next of these. */
interface Group<T> {
  readonly head: T | null;
  readonly members: readonly T[];
}

function groupsOf<T>(items: readonly T[], isHead: (item: T) => boolean): Group<T>[] {
  const starts = items.flatMap((item, index) => (isHead(item) ? [index] : []));
  return [0, ...starts].map((from, group) => ({
    head: group === 0 ? null : items[from]!,
    members: items.slice(from, starts[group] ?? items.length),
  }));
}

const HEADS: Partial<Record<IntegerLayer["kind"], Hls4mlLayer["role"]>> = {
  conv2d: "conv2d",
  dense: "dense",
  maxPool2d: "pool",
  averagePool2d: "pool",
};
const HEAD_ROLES = Object.values(HEADS);

const numbersOf = (integers: readonly bigint[], fraction: number): number[] =>
  integers.map((integer) => Number(integer) * 2 ** -fraction);

/** What a layer gives on, and what it had before its activation. */
function valuesOf(layer: IntegerLayer, trace: NetworkTrace["trace"], beforeActivation: boolean) {
  const { accumulator, result } = trace.get(layer.name)!;
  return beforeActivation && "weights" in layer
    ? numbersOf(accumulator!, fractionBits(layer.accumulatorType))
    : numbersOf(result, fractionBits(layer.resultType));
}

/** The values of a group's network layers that a layer of hls4ml in it must have; null when none must. */
function wanted(
  call: Hls4mlLayer,
  theirs: readonly Hls4mlLayer[],
  ours: readonly IntegerLayer[],
): { layer: IntegerLayer; beforeActivation: boolean } | null {
  if (call === theirs.at(-1)) return { layer: ours.at(-1)!, beforeActivation: false };
  const head = ours[0]!;
  const scale = ours.find(({ kind }) => kind === "scale");
  const beforeActivation = true;
  if (call.role === "scale") return { layer: scale ?? head, beforeActivation };
  // A scale that the network has in its weights is missing in hls4ml's sums.
  const sameScales = (scale !== undefined) === theirs.some(({ role }) => role === "scale");
  return call.role !== "activation" && sameScales ? { layer: head, beforeActivation } : null;
}

/**
 * The first layer of an hls4ml project whose values for an image are not the network's: of the first
 * convolution, dense layer or pooling after which the two differ, the first step that does (sums, scale,
 * activation). Null when all agree, or when the two are not chains of the same layers.
 *
 * @param theirs what the project's layers gave, by name
 */
export function findHls4mlMismatch(
  network: IntegerNetwork,
  trace: NetworkTrace["trace"],
  layers: readonly Hls4mlLayer[],
  theirs: ReadonlyMap<string, Float64Array>,
): Hls4mlMismatch | null {
  const computing = network.layers.filter(({ kind }) => kind !== "flatten");
  const ourGroups = groupsOf(computing, ({ kind }) => HEADS[kind] !== undefined);
  const theirGroups = groupsOf(layers, ({ role }) => HEAD_ROLES.includes(role));
  const isSameChain =
    layers.every(({ role }) => role !== "other") &&
    ourGroups.map(({ head }) => head && HEADS[head.kind]).join() ===
      theirGroups.map(({ head }) => head?.role).join();
  if (!isSameChain) return null;

  for (const [index, { members: ours }] of ourGroups.entries()) {
    const calls = theirGroups[index]!.members;
    const differences = calls.flatMap((call) => {
      const reference = ours.length === 0 ? null : wanted(call, calls, ours);
      if (reference === null) return [];
      const { layer, beforeActivation } = reference;
      const expected = valuesOf(layer, trace, beforeActivation);
      const actual = theirs.get(call.name);
      const at = expected.findIndex((value, i) => value !== actual?.[i]);
      if (at < 0) return [];
      const [, width, channels] = layer.outputShape;
      const pixel = Math.floor(at / channels);
      return [
        {
          layer: call.name,
          networkLayer: layer.name,
          row: Math.floor(pixel / width),
          column: pixel % width,
          channel: at % channels,
          expected: expected[at]!,
          actual: actual?.[at] ?? NaN,
        },
      ];
    });
    // Steps may differ where what is given on does not: types of their own, such as a wider sum.
    const isDifferent = differences.some(({ layer }) => layer === calls.at(-1)!.name);
    if (isDifferent) return differences[0]!;
  }
  return null;
}
