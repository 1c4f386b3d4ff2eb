import { printable } from "@cnntargz/contracts";
import { configFromNetwork, type Granularity } from "@cnntargz/hls-codegen";
import { writeFileAtomic } from "@cnntargz/stage-kit";
import { stringify } from "yaml";

import type { Design } from "./read-design.js";
import { printTo } from "./terminal.js";

/** How a configuration is printed. */
export interface PrintConfigOptions {
  readonly granularity: Granularity;
  readonly json: boolean;
  /** File to write, whole or not at all; stdout without it. */
  readonly out?: string | undefined;
}

/** YAML in which every character of a name can be seen. */
function toYaml(value: object): string {
  // Python's reader takes the words of version 1.1, such as `on`, for truth values.
  const text = stringify(value, { compat: "yaml-1.1" });
  if (printable(text) === text) return text;
  // Escapes are read as such between double quotes only.
  const quoted = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "QUOTE_DOUBLE" } as const;
  return printable(stringify(value, quoted));
}

/** Print the firmware configuration of a design in hls4ml's words, as YAML or JSON. */
export function printConfig({ network, hls }: Design, options: PrintConfigOptions): void {
  const { granularity, json, out } = options;
  const config = configFromNetwork(network, { granularity, config: hls });
  const text = json ? `${JSON.stringify(config, null, 2)}\n` : toYaml(config);
  if (out === undefined) printTo(process.stdout, text);
  else writeFileAtomic(out, text);
}
