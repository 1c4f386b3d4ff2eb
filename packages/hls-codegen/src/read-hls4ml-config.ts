import {
  CnntargzError,
  ContractError,
  Hls4mlConfig,
  Hls4mlHlsConfig,
  Hls4mlLayerConfig,
  Hls4mlModelConfig,
} from "@cnntargz/contracts";

import { nearestOf } from "./nearest.js";

/** The keys that there are at a place of the configuration. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  const [first, second] = path;
  if (path.length === 0) return Object.keys(Hls4mlConfig.shape);
  if (first !== "HLSConfig") return [];
  if (path.length === 1) return Object.keys(Hls4mlHlsConfig.shape);
  return Object.keys(second === "Model" ? Hls4mlModelConfig.shape : Hls4mlLayerConfig.shape);
}

/**
 * Read a configuration in hls4ml's words: a whole `hls4ml_config.yml`, or its `HLSConfig` alone as
 * that project's `config_from_keras_model` returns it.
 *
 * @throws CnntargzError `config` for a key that hls4ml does not have (it names the nearest); `contract`
 * for a value of the wrong kind.
 */
export function readHls4mlConfig(value: unknown): Hls4mlConfig {
  const isInner =
    typeof value === "object" && value !== null && "Model" in value && !("HLSConfig" in value);
  const parsed = Hls4mlConfig.safeParse(isInner ? { HLSConfig: value } : value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const known = knownKeys(issue.path);
    const key = issue.keys[0]!;
    const where = [...issue.path, key].map(String).join(".");
    if (known.length === 0) continue;
    throw new CnntargzError(
      "config",
      `${where}: no such key in a configuration of hls4ml; ${nearestOf(key, known)}`,
    );
  }
  throw new ContractError("hls4ml configuration", parsed.error);
}
