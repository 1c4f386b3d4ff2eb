import {
  CnntargzError,
  FULL_WIDTH,
  type FixedPointType,
  type FragmenterConfig,
  type IntegerNetwork,
  LAYERS,
} from "@cnntargz/contracts";
import { fitsType, fixedType, formatType, intervalOfValue } from "@cnntargz/fixed-point";

/** Strips of a window, of which two make a pixel. */
const WINDOW_STRIPS = 32;
/** Strips in one word of the firmware's input; the lowest strip is bit 0. */
const STRIPS_PER_WORD = 32;
/** Words of one RPC layer. */
export const WORDS_PER_LAYER = FULL_WIDTH / STRIPS_PER_WORD;
/** Windows are sums of neighbouring halves, whether they overlap or not. */
const HALF_STRIPS = WINDOW_STRIPS / 2;

/** Type of a word of strips. */
export const STRIP_WORD: FixedPointType = fixedType(false, STRIPS_PER_WORD, STRIPS_PER_WORD);

const bitsFor = (largest: number): number => largest.toString(2).length;

/** Windows of a full image: 12 disjoint ones, or 23 that overlap by half. */
function windowCount({ windows }: FragmenterConfig): number {
  const halves = FULL_WIDTH / HALF_STRIPS;
  return windows === "overlapping" ? halves - 1 : halves / 2;
}

/** Type of a window's index. */
export function windowTypeOf(fragmenter: FragmenterConfig): FixedPointType {
  const bits = bitsFor(windowCount(fragmenter) - 1);
  return fixedType(false, bits, bits);
}

/** Constants of the fragmenter's kernel. */
export function fragmenterConstants(fragmenter: FragmenterConfig) {
  return {
    n_layers: LAYERS,
    n_words: WORDS_PER_LAYER,
    word_strips: STRIPS_PER_WORD,
    n_halves: FULL_WIDTH / HALF_STRIPS,
    half_strips: HALF_STRIPS,
    n_windows: windowCount(fragmenter),
    half_step: fragmenter.windows === "overlapping" ? 1 : 2,
    n_columns: HALF_STRIPS,
    count_bits: bitsFor(LAYERS * WINDOW_STRIPS),
  };
}

/**
 * Check that a network takes the images that a fragmenter makes: 9 x 16 pixels of 0, 1/2 and 1.
 *
 * @throws CnntargzError `config` with both shapes or types.
 */
export function requireFragments(network: IntegerNetwork, { pooling }: FragmenterConfig): void {
  const wanted = [LAYERS, HALF_STRIPS, 1];
  if (network.inputShape.join() !== wanted.join()) {
    throw new CnntargzError(
      "config",
      `fragmenter: it makes images of [${wanted.join(", ")}], network ${network.name} takes [${network.inputShape.join(", ")}]; set fragmenter to null`,
    );
  }
  const finest = pooling === "or" ? intervalOfValue(1, 0) : intervalOfValue(1, 1);
  if (!fitsType(finest, network.inputType) || !fitsType(intervalOfValue(1, 0), network.inputType)) {
    throw new CnntargzError(
      "config",
      `fragmenter: pixels of 1${pooling === "or" ? "" : " and 1/2"} do not fit the input type ${formatType(network.inputType)} of network ${network.name}; train it on such images`,
    );
  }
}
