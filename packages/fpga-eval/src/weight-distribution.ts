import { type FixedPointType } from "@cnntargz/contracts";
import { fractionBits } from "@cnntargz/fixed-point";

/** How often a weight takes one integer value, in units of its type's last place. */
export interface CodeProbability {
  readonly code: number;
  readonly probability: number;
}

/** Bits of the magnitudes that are told apart. */
const FINEST_BITS = 15;

/** Ranges of a uniform variable on [-limit, limit] that round to each integer, as probabilities. */
function roundedUniform(limit: number): CodeProbability[] {
  const codes: CodeProbability[] = [];
  const last = Math.ceil(limit + 0.5);
  for (let code = -last; code <= last; code++) {
    const width = Math.min(code + 0.5, limit) - Math.max(code - 0.5, -limit);
    if (width > 0) codes.push({ code, probability: width / (2 * limit) });
  }
  return codes;
}

/**
 * What QKeras' `QInitializer` multiplies the variance by, when the quantizer is coarser than the
 * initial weights: with q the quantized and x the initial weights, sum(q q) / sum(q x), or the
 * quantizer's maximum over the standard deviation of x when every weight would round to zero; never
 * below 1.
 */
function varianceScale(limit: number, largest: number): number {
  let qq = 0;
  let qx = 0;
  for (const { code } of roundedUniform(limit)) {
    if (code <= 0) continue;
    const [low, high] = [code - 0.5, Math.min(code + 0.5, limit)];
    qq += code * code * (high - low);
    qx += (code * (high * high - low * low)) / 2;
  }
  const deviation = limit / Math.sqrt(3);
  return Math.max(1, qq === 0 ? largest / deviation : qq / qx);
}

/** Largest magnitude that an untrained weight of `type` can have before rounding, in units of the last place. */
function largestWeight(type: FixedPointType, inputs: number): number {
  const perUnit = 2 ** fractionBits(type);
  // QKeras' quantized_bits(b, i).max() is max(1, 2^i), i without the sign.
  const largest = perUnit * Math.max(1, 2 ** (type.integer - 1));
  const limit = Math.sqrt(3 / inputs) * perUnit;
  const isCoarse = largest * 2 ** -type.width > limit / Math.sqrt(3);
  return isCoarse ? limit * Math.sqrt(varianceScale(limit, largest)) : limit;
}

/** Smallest and largest integer of `type`. */
export function codeRange({ signed, width }: FixedPointType): readonly [number, number] {
  return signed ? [-(2 ** (width - 1)), 2 ** (width - 1) - 1] : [0, 2 ** width - 1];
}

/**
 * Expected values of untrained QKeras weights: `lecun_uniform` on `inputs` inputs (uniform within
 * +-sqrt(3 / inputs)), widened as QKeras' `QInitializer` does for coarse quantizers, rounded to
 * `type` and clipped to its range. The weights behind the dense reports were drawn so.
 */
export function expectedCodes(type: FixedPointType, inputs: number): readonly CodeProbability[] {
  const limit = largestWeight(type, inputs);
  const [lowest, highest] = codeRange(type);
  // Finer types are drawn on a coarser grid: digits and repetitions no longer depend on it.
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(limit)) - FINEST_BITS);
  const codes = roundedUniform(limit / step).map(({ code, probability }) => ({
    code: code * step,
    probability,
  }));
  const within = codes.filter(({ code }) => code >= lowest && code <= highest);
  const beyond = (isBeyond: (code: number) => boolean) =>
    codes.reduce((sum, { code, probability }) => (isBeyond(code) ? sum + probability : sum), 0);
  const low = beyond((code) => code < lowest);
  const high = beyond((code) => code > highest);
  if (low > 0) within.push({ code: lowest, probability: low });
  if (high > 0) within.push({ code: highest, probability: high });
  return within;
}

/** Smallest and largest integer that untrained weights of `type` round to, see `expectedCodes`. */
export function expectedRange(type: FixedPointType, inputs: number): readonly [number, number] {
  const [lowest, highest] = codeRange(type);
  // Half a step is reached with probability zero.
  const most = Math.ceil(largestWeight(type, inputs) + 0.5) - 1;
  return [Math.max(-most, lowest), Math.min(most, highest)];
}
