import {
  CnntargzError,
  FixedPointType,
  FULL_WIDTH,
  LAYERS,
  parseContract,
} from "@cnntargz/contracts";

import {
  FRAGMENT_WIDTH,
  type Fragmentation,
  resolveFragmentation,
  WINDOW_WIDTH,
  windowCount,
  windowStride,
} from "./fragment.js";
import { IMAGE_PIXELS } from "./image.js";

/** The words of a window decision in hardware, all exact: no value of any image overflows them. */
export interface WindowDecisionTypes {
  /** Hits of a 9x16 half window, at most 144. */
  readonly halfCount: FixedPointType;
  /** Hits of a 9x32 window, at most 288. */
  readonly count: FixedPointType;
  /** Index of a window. */
  readonly index: FixedPointType;
  /** One pixel of the 9x16 image: `ap_ufixed<2,1>` averaged, `ap_ufixed<1,1>` by OR. */
  readonly pixel: FixedPointType;
}

/** Every intermediate value of a window decision, as integers. */
export interface WindowDecision {
  /** Hits of each half window (24). */
  readonly halfCounts: readonly number[];
  /** Hits of each window (12 or 23): the sum of two half windows. */
  readonly counts: readonly number[];
  /** The survivors of each round of the comparison tree, the last one being the winner. */
  readonly rounds: readonly (readonly { readonly index: number; readonly count: number }[])[];
  readonly window: number;
  /** 9x16 pixels as integers of the pixel type, in units of its last bit. */
  readonly pixels: readonly number[];
}

/** Bits of an unsigned word that holds 0 .. `max`. */
const bitsFor = (max: number): number => max.toString(2).length;
const unsigned = (width: number, integer: number): FixedPointType =>
  parseContract(FixedPointType, { signed: false, width, integer }, "window decision type");
const integers = (max: number): FixedPointType => unsigned(bitsFor(max), bitsFor(max));

/** The narrowest exact words for a window decision. */
export function windowDecisionTypes(fragmentation?: Fragmentation): WindowDecisionTypes {
  return {
    halfCount: integers((LAYERS * WINDOW_WIDTH) / 2),
    count: integers(LAYERS * WINDOW_WIDTH),
    index: integers(windowCount(fragmentation) - 1),
    pixel: resolveFragmentation(fragmentation).pooling === "or" ? unsigned(1, 1) : unsigned(2, 1),
  };
}

/** Check that `value` fits its word, which is what makes this a reference for hardware. */
function word(value: number, type: FixedPointType, what: string): number {
  if (value < 0 || value >= 2 ** type.width) {
    throw new CnntargzError("inexact", `${what} is ${value}, its word has ${type.width} bits`);
  }
  return value;
}

/**
 * The window decision as hardware makes it, slow and obvious, with all its intermediate values: the
 * hits of 24 half windows, of each window as the sum of two of them, a tree of comparators between
 * neighbours in which the right one wins only with strictly more hits (so the lowest index wins
 * ties), and the pooled pixels of the winner. Gives what `fragmentImage` gives.
 *
 * @param bits 9x384 strip bits, row by row, 0 or 1 each.
 * @throws CnntargzError `contract` when `bits` is of another length or holds something else;
 * `inexact` when a value passes its word, which no image does.
 */
export function decideWindow(
  bits: ArrayLike<number>,
  fragmentation?: Fragmentation,
): WindowDecision {
  const { pooling } = resolveFragmentation(fragmentation);
  if (bits.length !== IMAGE_PIXELS) {
    throw new CnntargzError(
      "contract",
      `decideWindow: the image has ${bits.length} bits, ${IMAGE_PIXELS} (9 x 384) are wanted`,
    );
  }
  const bit = (layer: number, x: number): number => {
    const value = bits[layer * FULL_WIDTH + x]!;
    if (value !== 0 && value !== 1) {
      throw new CnntargzError(
        "contract",
        `decideWindow: layer ${layer}, strip ${x} is ${value}, it must be 0 or 1`,
      );
    }
    return value;
  };
  const types = windowDecisionTypes(fragmentation);
  const halfWidth = WINDOW_WIDTH / 2;
  const halfCounts = Array.from({ length: FULL_WIDTH / halfWidth }, (_, half) => {
    let count = 0;
    for (let layer = 0; layer < LAYERS; layer++) {
      for (let x = half * halfWidth; x < (half + 1) * halfWidth; x++) count += bit(layer, x);
    }
    return word(count, types.halfCount, `half window ${half}`);
  });
  const stride = windowStride(fragmentation);
  const counts = Array.from({ length: windowCount(fragmentation) }, (_, window) => {
    const half = (window * stride) / halfWidth;
    return word(halfCounts[half]! + halfCounts[half + 1]!, types.count, `window ${window}`);
  });
  const rounds = [counts.map((count, index) => ({ index, count }))];
  for (let round = rounds[0]!; round.length > 1; rounds.push(round)) {
    const pairs = Array.from({ length: Math.ceil(round.length / 2) }, (_, pair) =>
      round.slice(2 * pair, 2 * pair + 2),
    );
    round = pairs.map(([left, right]) =>
      right !== undefined && right.count > left!.count ? right : left!,
    );
  }
  const window = word(rounds.at(-1)![0]!.index, types.index, "window index");
  const pixels = Array.from({ length: LAYERS * FRAGMENT_WIDTH }, (_, pixel) => {
    const layer = Math.floor(pixel / FRAGMENT_WIDTH);
    const x = window * stride + 2 * (pixel % FRAGMENT_WIDTH);
    const [left, right] = [bit(layer, x), bit(layer, x + 1)];
    const pooled = pooling === "or" ? left | right : left + right;
    return word(pooled, types.pixel, `pixel ${pixel}`);
  });
  return { halfCounts, counts, rounds, window, pixels };
}
