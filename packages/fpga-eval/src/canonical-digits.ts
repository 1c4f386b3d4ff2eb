/** Bits of the magnitude of the integer `value` without its trailing zeros; 0 for 0. */
export function oddBitLength(value: number): number {
  if (value === 0) return 0;
  let odd = Math.abs(value);
  while (odd % 2 === 0) odd /= 2;
  return Math.floor(Math.log2(odd)) + 1;
}

/**
 * Non-zero digits of the integer `value` in canonical signed digits, so that a product with it
 * takes one addition less than that: 7 = 8 - 1 has 2, 11 = 8 + 4 - 1 has 3.
 */
export function canonicalDigitCount(value: number): number {
  let rest = Math.abs(value);
  let digits = 0;
  while (rest > 0) {
    if (rest % 2 === 1) {
      rest -= rest % 4 === 3 ? -1 : 1;
      digits += 1;
    }
    rest /= 2;
  }
  return digits;
}
