/**
 * `base^exponent` for a base from 0 on, within a few units in the last place. Made of `Math.exp` and
 * `Math.log`, whose bits agree in Node.js 20, 22 and 24; those of `**` do not.
 */
export function power(base: number, exponent: number): number {
  return exponent === 0 ? 1 : Math.exp(exponent * Math.log(base));
}
