import { configFromNetwork, type Granularity } from "@cnntargz/hls-codegen";
import { writeFileAtomic } from "@cnntargz/stage-kit";
import { stringify } from "yaml";

import type { Design } from "./read-design.js";

/** How a configuration is printed. */
export interface PrintConfigOptions {
  readonly granularity: Granularity;
  readonly json: boolean;
  /** File to write, whole or not at all; stdout without it. */
  readonly out?: string | undefined;
}

/** Print the firmware configuration of a design in hls4ml's words, as YAML or JSON. */
export function printConfig({ network, hls }: Design, options: PrintConfigOptions): void {
  const { granularity, json, out } = options;
  const config = configFromNetwork(network, { granularity, config: hls });
  const text = json ? `${JSON.stringify(config, null, 2)}\n` : stringify(config);
  if (out === undefined) process.stdout.write(text);
  else writeFileAtomic(out, text);
}
