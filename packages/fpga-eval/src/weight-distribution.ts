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

/**
 * Expected values of untrained QKeras weights: `lecun_uniform` on `inputs` inputs (uniform within
 * +-sqrt(3 / inputs)), widened as QKeras' `QInitializer` does for coarse quantizers, rounded to
 * `type` and clipped to its range. The weights behind the dense reports were drawn so.
 */
export function expectedCodes(type: FixedPointType, inputs: number): readonly CodeProbability[] {
  const perUnit = 2 ** fractionBits(type);
  // QKeras' quantized_bits(b, i).max() is max(1, 2^i), i without the sign.
  const largest = perUnit * Math.max(1, 2 ** (type.integer - 1));
  let limit = Math.sqrt(3 / inputs) * perUnit;
  if (largest * 2 ** -type.width > limit / Math.sqrt(3)) {
    limit *= Math.sqrt(varianceScale(limit, largest));
  }
  const lowest = type.signed ? -(2 ** (type.width - 1)) : 0;
  const highest = 2 ** (type.signed ? type.width - 1 : type.width) - 1;
  const clipped = new Map<number, number>();
  // Finer types are drawn on a coarser grid: digits and repetitions no longer depend on it.
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(limit)) - FINEST_BITS);
  for (const { code, probability } of roundedUniform(limit / step)) {
    const within = Math.min(Math.max(code * step, lowest), highest);
    clipped.set(within, (clipped.get(within) ?? 0) + probability);
  }
  return [...clipped].map(([code, probability]) => ({ code, probability }));
}
