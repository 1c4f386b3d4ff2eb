import { HlsConfig } from "@cnntargz/contracts";
import { type Command, Option } from "commander";

import { overrideHls } from "../override-hls.js";
import { integerFrom, positiveUpTo } from "./command-options.js";

/** How firmware is generated, as given on the command line. */
export interface HlsOptions {
  config?: string;
  strategy?: HlsConfig["strategy"];
  reuseFactor?: number;
  ioType?: HlsConfig["ioType"];
  clockPeriod?: number;
  part?: string;
  backend?: HlsConfig["backend"];
}

/** Add the options of {@link HlsOptions}. */
export function addHlsOptions(command: Command): Command {
  return command
    .option("--config <file>", "HLS configuration, YAML or JSON (keys as in `hls` of a run's)")
    .addOption(
      new Option("--strategy <name>", "unrolled, or with shared multipliers").choices([
        "latency",
        "resource",
      ]),
    )
    .option("--reuse-factor <n>", "products per multiplier", integerFrom(1))
    .addOption(
      new Option("--io-type <name>", "pixels one by one, or all at once").choices([
        "io_stream",
        "io_parallel",
      ]),
    )
    .option("--clock-period <ns>", "clock period to design for", positiveUpTo(Infinity))
    .option("--part <name>", "FPGA, such as xcvu13p-flga2577-2-e")
    .addOption(new Option("--backend <name>", "HLS tool").choices(["vitis", "vivado"]));
}

/** The configuration that the options stand for, above the file's and `base`. */
export async function hlsConfigOf(
  options: HlsOptions,
  base: HlsConfig = HlsConfig.parse({}),
): Promise<HlsConfig> {
  let file = base;
  if (options.config !== undefined) {
    const { readConfigFile } = await import("../read-config.js");
    file = readConfigFile(options.config, HlsConfig);
  }
  const { strategy, reuseFactor, ioType, clockPeriod, part, backend } = options;
  const given = { strategy, reuseFactor, ioType, clockPeriodNs: clockPeriod, part, backend };
  return overrideHls(
    file,
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
}
