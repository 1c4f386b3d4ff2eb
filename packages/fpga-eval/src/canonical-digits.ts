/** Bits of the magnitude of the integer `value`; 0 for 0. */
export function bitLength(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1;
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
