import { CnntargzError, type HlsStrategy } from "@cnntargz/contracts";

/**
 * Whether a matrix-vector product of `inputs` x `outputs` can reuse each multiplier `reuseFactor`
 * times.
 *
 * `resource` takes hls4ml's rule: with m = min(inputs, rf) and L = ceil(inputs * outputs / m), legal
 * iff (L mod outputs = 0 or rf >= inputs) and (rf mod inputs = 0 or rf < inputs) and
 * inputs * outputs mod rf = 0. Every pass then covers whole inputs or whole slices of one input's
 * products. `latency` unrolls everything and shares operators, which works for any factor up to
 * inputs * outputs.
 */
export function isLegalReuseFactor(
  inputs: number,
  outputs: number,
  strategy: HlsStrategy,
  reuseFactor: number,
): boolean {
  if (strategy === "latency") return reuseFactor <= inputs * outputs;
  const limit = Math.ceil((inputs * outputs) / Math.min(inputs, reuseFactor));
  return (
    (limit % outputs === 0 || reuseFactor >= inputs) &&
    (reuseFactor % inputs === 0 || reuseFactor < inputs) &&
    (inputs * outputs) % reuseFactor === 0
  );
}

/**
 * All reuse factors that a matrix-vector product of `inputs` x `outputs` can have with the
 * `resource` strategy, in ascending order: hls4ml's rule.
 */
export function legalReuseFactors(inputs: number, outputs: number): number[] {
  const legal: number[] = [];
  for (let factor = 1; factor <= inputs * outputs; factor += 1) {
    if (isLegalReuseFactor(inputs, outputs, "resource", factor)) legal.push(factor);
  }
  return legal;
}

/**
 * Check a layer's reuse factor.
 *
 * @throws CnntargzError `config` naming the layer, the factor and the legal values.
 */
export function requireLegalReuseFactor(
  layer: string,
  inputs: number,
  outputs: number,
  strategy: HlsStrategy,
  reuseFactor: number,
): void {
  if (isLegalReuseFactor(inputs, outputs, strategy, reuseFactor)) return;
  const legal =
    strategy === "latency"
      ? `1 to ${inputs * outputs}`
      : legalReuseFactors(inputs, outputs).join(", ");
  throw new CnntargzError(
    "config",
    `layer ${layer}: reuse factor ${reuseFactor} does not fit its ${inputs} x ${outputs} product with strategy ${strategy}; legal values are ${legal}. Set layers.${layer}.reuseFactor to one of them.`,
  );
}
