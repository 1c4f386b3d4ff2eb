import { CnntargzError, type HlsStrategy } from "@cnntargz/contracts";

/** Divisors of `value`, ascending. */
function divisors(value: number): number[] {
  return Array.from({ length: value }, (_, i) => i + 1).filter((d) => value % d === 0);
}

/**
 * The reuse factor that hls4ml gives a dense layer for `requested`: the legal one nearest to it, the
 * smaller of two. `resource` allows the divisors of the inputs, and the inputs times a divisor of the
 * outputs (hls4ml's three conditions on remainders come to that); `latency` up to inputs x outputs.
 *
 * @throws CnntargzError `config` when `latency` is asked for more.
 */
export function nearestReuseFactor(
  inputs: number,
  outputs: number,
  strategy: HlsStrategy,
  requested: number,
): number {
  if (strategy === "latency") {
    if (requested <= inputs * outputs) return requested;
    throw new CnntargzError(
      "config",
      `reuseFactor is ${requested}, nIn x nOut is ${inputs} x ${outputs}; give at most ${inputs * outputs}`,
    );
  }
  const legal = [...divisors(inputs), ...divisors(outputs).map((divisor) => divisor * inputs)];
  return legal.reduce((best, factor) =>
    Math.abs(factor - requested) < Math.abs(best - requested) ? factor : best,
  );
}
