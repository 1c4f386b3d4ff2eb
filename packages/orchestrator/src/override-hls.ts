import { CnntargzError, HlsConfig } from "@cnntargz/contracts";

/** A configuration with what is given on the command line in place of what a file says. */
export function overrideHls(base: HlsConfig, change: Partial<HlsConfig>): HlsConfig {
  const layers = base.layers ?? {};
  for (const key of ["strategy", "reuseFactor"] as const) {
    const layer = Object.keys(layers).find((name) => layers[name]?.[key] !== undefined);
    if (change[key] !== undefined && layer !== undefined) {
      throw new CnntargzError(
        "config",
        `layers.${layer}.${key} is set by the configuration and ${key} on the command line; leave one out`,
      );
    }
  }
  return HlsConfig.parse({ ...base, ...change });
}
