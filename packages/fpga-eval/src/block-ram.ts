/** Columns of 18 Kb block RAM that hold `depth` <= 1,024 words: 36 bits wide up to 512 words, else 18. */
function columns(depth: number, bits: number, widest: 18 | 36): number {
  return Math.ceil(bits / (depth <= 512 ? widest : 18));
}

/** The same for `depth` > 1,024 rounded up to a power of two: 9 bits wide, in whole 36 Kb tiles beyond 2,048. */
function roundedUp(depth: number, bits: number): number {
  const capacity = 2 ** Math.ceil(Math.log2(depth));
  if (capacity <= 2048) return Math.ceil(bits / 9);
  // A 36 Kb tile is 4,096 x 9; deeper ones have no parity bits: 8,192 x 4, 16,384 x 2, 32,768 x 1.
  const tileBits = capacity <= 4096 ? 9 : 32_768 / capacity;
  return 2 * Math.ceil(bits / tileBits);
}

/** The same with full columns of 1,024 words split off and the remainder stored on its own. */
function splitOff(depth: number, bits: number): number {
  const rest = depth % 1024;
  const isInLuts = rest * bits <= 512;
  return (
    Math.floor(depth / 1024) * columns(1024, bits, 18) + (isInLuts ? 0 : columns(rest, bits, 36))
  );
}

/**
 * 18 Kb block RAMs that HLS reports for a memory of `depth` words of `bits` bits that it puts into
 * block RAM. Deeper than 1,024 it takes the cheaper of two layouts, the depth rounded up to a power of
 * two or columns of 1,024 words and a remainder; words whose width is a power of two always the first.
 *
 * @param widest columns that a memory of up to 512 words uses: FIFOs 18, read-only memories 36 bits
 */
export function blockRam18(depth: number, bits: number, widest: 18 | 36): number {
  if (depth <= 1024) return columns(depth, bits, widest);
  const isPowerOfTwo = Number.isInteger(Math.log2(bits));
  const rounded = roundedUp(depth, bits);
  return isPowerOfTwo ? rounded : Math.min(rounded, splitOff(depth, bits));
}

/** LUTs and block RAM of a read-only memory: below 1,024 bits HLS keeps it in LUTs, 64 bits each. */
export function readOnlyMemory(
  depth: number,
  bits: number,
): { readonly lut: number; readonly bram18: number } {
  return depth * bits < 1024
    ? { lut: bits * Math.ceil(depth / 64), bram18: 0 }
    : { lut: 0, bram18: blockRam18(depth, bits, 36) };
}
