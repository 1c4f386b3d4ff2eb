import { CnntargzError, HlsConfig, parseContract } from "@cnntargz/contracts";

/** A configuration with what is given on the command line in place of what a file says. */
export function overrideHls(base: HlsConfig, change: Partial<HlsConfig>): HlsConfig {
  const layers = base.layers ?? {};
  for (const key of ["strategy", "reuseFactor", "parallelizationFactor"] as const) {
    const layer = Object.keys(layers).find((name) => layers[name]?.[key] !== undefined);
    if (change[key] !== undefined && layer !== undefined) {
      throw new CnntargzError(
        "config",
        `layers.${layer}.${key} is set by the configuration and ${key} on the command line; leave one out`,
      );
    }
  }
  // What another part holds says nothing of this one.
  const { device, ...rest } = base;
  const kept = change.part === undefined || change.part === base.part ? { device } : {};
  return parseContract(HlsConfig, { ...rest, ...kept, ...change }, "HLS configuration");
}
