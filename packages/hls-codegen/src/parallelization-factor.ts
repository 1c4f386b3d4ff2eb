import { CnntargzError } from "@cnntargz/contracts";

/**
 * Check how many of a convolution's output pixels are computed side by side: a divisor of their
 * number, so that every pass is full.
 *
 * @throws CnntargzError `config` naming the layer, the factor and the legal values.
 */
export function requireLegalParallelizationFactor(
  layer: string,
  pixels: number,
  factor: number,
): void {
  if (pixels % factor === 0) return;
  const legal = Array.from({ length: pixels }, (_, i) => i + 1).filter((n) => pixels % n === 0);
  throw new CnntargzError(
    "config",
    `layer ${layer}: parallelization factor ${factor} does not divide its ${pixels} output pixels; legal values are ${legal.join(", ")}. Set layers.${layer}.parallelizationFactor to one of them.`,
  );
}
