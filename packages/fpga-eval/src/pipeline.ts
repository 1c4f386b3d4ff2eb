/** One kernel's additions, as far as pipelining is concerned. */
export interface AdderShape {
  /** Terms that one output adds up. */
  readonly terms: number;
  /** Additions in a row in a constant multiplier, ahead of the adder tree. */
  readonly multiplierLevels: number;
  /** Additions in a row that fit into one clock cycle. */
  readonly levelsPerCycle: number;
  /** Register cuts between input and result. */
  readonly cuts: number;
}

/**
 * Terms of one output that cross the register cuts of a kernel, summed over the cuts: a cut after k
 * levels of a binary adder tree leaves ceil(terms / 2^k). One level of the first cycle goes into
 * reading the input.
 */
export function cutTerms({ terms, multiplierLevels, levelsPerCycle, cuts }: AdderShape): number {
  let crossing = 0;
  for (let cut = 1; cut <= cuts; cut++) {
    const treeLevels = Math.floor(cut * levelsPerCycle) - 1 - multiplierLevels;
    crossing += Math.ceil(terms / 2 ** Math.max(0, treeLevels));
  }
  return crossing;
}
