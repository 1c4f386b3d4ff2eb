/**
 * What is used of cephes, whose own declarations its export map hides from ES modules
 * (cephes 3.3.3 has no `types` condition).
 */
declare module "cephes" {
  /** Resolved when the WebAssembly is ready. */
  export const compiled: Promise<void>;
  /** Complementary error function, 1 - erf(x). */
  export function erfc(x: number): number;
}
