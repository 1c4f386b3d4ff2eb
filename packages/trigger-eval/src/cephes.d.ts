/**
 * What is used of cephes, whose own declarations its export map hides from ES modules
 * (cephes 3.3.3 has no `types` condition).
 */
declare module "cephes" {
  /** Resolved when the WebAssembly is ready. */
  export const compiled: Promise<void>;
  /** Inverse of the regularised incomplete beta function: x with I_x(a, b) = y. */
  export function incbi(a: number, b: number, y: number): number;
  /** Complementary error function, 1 - erf(x). */
  export function erfc(x: number): number;
}
