import { roundHalfEven } from "./float32.js";

const fround = Math.fround;

/** Uniform numbers in [0, 1): `noise(i)` belongs to value i of a tensor. */
export type Noise = (index: number) => number;

/** Rounds value `index` of a tensor. */
export type Rounding = (x: number, index: number) => number;

/** A quantizer that may round stochastically. */
interface MayBeStochastic {
  readonly stochastic?: true;
}

/**
 * QKeras' `stochastic_round` in float32: to a multiple of `precision` below or above `x`, the nearer
 * the likelier, so that the mean is x.
 */
function roundStochastic(x: number, u: number, precision: number): number {
  const scale = fround(1 / precision);
  const scaled = fround(x * scale);
  const floor = Math.floor(scaled);
  return (fround(scaled - floor) < u ? floor : Math.ceil(scaled)) / scale;
}

/**
 * How a quantizer rounds: half to even, or, when it is stochastic and noise is given (in training
 * only), to a multiple of `precision` at random.
 */
export function roundingOf(
  { stochastic }: MayBeStochastic,
  noise: Noise | undefined,
  precision: number,
): Rounding {
  if (noise === undefined || stochastic !== true) return roundHalfEven;
  return (x, index) => roundStochastic(x, noise(index), precision);
}

/** Mixes the bits of a 32-bit word (the finalizer of MurmurHash3). */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Noise that is a pure function of `seed` and of the tensor it is for: another one in every training
 * step, since the values are others, and the same in a training that was interrupted and resumed.
 */
export function noiseFor(seed: number, values: Float32Array): Noise {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let key = seed;
  for (const word of words) key = mix(key ^ word) + 0x9e3779b9;
  return (index) => mix(key ^ mix(index)) / 2 ** 32;
}
