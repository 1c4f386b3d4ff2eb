/**
 * DSP48E2 blocks of one signed product of `aBits` x `bBits` of which `resultBits` are kept: a tile
 * multiplies 27 x 18 bits, wider operands are cut into pieces of 26 and 17 bits. Four tiles make a
 * full 32 x 32 product; when only the low 32 bits are kept, the highest tile drops out and three do.
 */
export function dspPerProduct(aBits: number, bBits: number, resultBits: number): number {
  const wide = Math.max(aBits, bBits);
  const narrow = Math.min(aBits, bBits);
  const pieces = (bits: number, tile: number) => Math.max(1, Math.ceil((bits - 1) / (tile - 1)));
  const tiles = pieces(wide, 27) * pieces(narrow, 18);
  return tiles === 4 && resultBits <= 32 ? 3 : tiles;
}

/**
 * Most products that a kernel computes at once: `ceil(inputs outputs / reuse) - floor(zeros / reuse)`,
 * which is hls4ml's `multiplier_limit`.
 */
export function multiplierLimit(
  inputs: number,
  outputs: number,
  nonZero: number,
  reuseFactor: number,
): number {
  const products = inputs * outputs;
  return Math.ceil(products / reuseFactor) - Math.floor((products - nonZero) / reuseFactor);
}
