import { ClockPeriodNs, type GivenResources, type HlsConfig } from "@cnntargz/contracts";
import { type Command, Option } from "commander";

import type { Design, DesignRequest } from "../read-design.js";
import { printTo } from "../terminal.js";
import { integerFrom, numberBetween, resources } from "./command-options.js";

const CLOCK_NS = [ClockPeriodNs.minValue!, ClockPeriodNs.maxValue!] as const;

/** How firmware is generated, as given on the command line. */
export interface HlsOptions {
  config?: string | undefined;
  projectName?: string;
  backend?: HlsConfig["backend"];
  ioType?: HlsConfig["ioType"];
  strategy?: HlsConfig["strategy"];
  reuseFactor?: number;
  parallelizationFactor?: number;
  clockPeriod?: number;
  part?: string;
  device?: GivenResources;
  compat?: "hls4ml";
  fifoDepth?: HlsConfig["fifoDepth"];
  fragmenter?: NonNullable<HlsConfig["fragmenter"]>["windows"];
  pooling?: NonNullable<HlsConfig["fragmenter"]>["pooling"];
  typeRule?: "interval" | "hls4ml";
  precision?: string;
}

/** Add the options of {@link HlsOptions}. */
export function addHlsOptions(command: Command): Command {
  const choice = (flags: string, description: string, choices: readonly string[]): Option =>
    new Option(flags, description).choices(choices);
  return command
    .option(
      "--config <file>",
      "HLS configuration, YAML or JSON: keys as in `hls` of a run's, or an hls4ml_config.yml",
    )
    .option("--project-name <name>", "name of the project and of its top function")
    .addOption(choice("--backend <name>", "HLS tool", ["vitis", "vivado"]))
    .addOption(
      choice("--io-type <name>", "pixels one by one, or all at once", ["io_stream", "io_parallel"]),
    )
    .addOption(
      choice("--strategy <name>", "unrolled, or with shared multipliers", ["latency", "resource"]),
    )
    .option("--reuse-factor <n>", "products per multiplier", integerFrom(1))
    .option(
      "--parallelization-factor <n>",
      "pixels of a convolution computed side by side (io_parallel)",
      integerFrom(1),
    )
    .option("--clock-period <ns>", "clock period to design for", numberBetween(CLOCK_NS))
    .option("--part <name>", "FPGA, such as xcvu13p-flga2577-2-e")
    .option(
      "--device <amounts>",
      "what a part holds that is not in the table: lut=871680,ff=1743360,dsp=5952,bram18=2688,uram=640",
      resources,
    )
    .addOption(choice("--compat <name>", "layers, numbers and FIFOs as there", ["hls4ml"]))
    .addOption(
      choice("--fifo-depth <how>", "streams as deep as needed, or as an image", [
        "analytic",
        "image",
      ]),
    )
    .addOption(
      choice("--fragmenter <windows>", "take strips: choose among these windows first", [
        "disjoint",
        "overlapping",
      ]),
    )
    .addOption(choice("--pooling <how>", "of the fragmenter (default: average)", ["average", "or"]))
    .addOption(
      choice("--type-rule <rule>", "types of a trained model's network (default: interval)", [
        "interval",
        "hls4ml",
      ]),
    )
    .option("--precision <type>", "type of a float model's network, such as ap_fixed<32,16>");
}

/** What the options ask of a design. */
export function designRequestOf(options: HlsOptions): DesignRequest {
  const { clockPeriod, fragmenter, pooling = "average", config, typeRule, precision } = options;
  const { projectName, backend, ioType, strategy, reuseFactor, part, device, compat, fifoDepth } =
    options;
  const given = {
    projectName,
    backend,
    ioType,
    strategy,
    reuseFactor,
    parallelizationFactor: options.parallelizationFactor,
    clockPeriodNs: clockPeriod,
    part,
    device,
    compat,
    fifoDepth,
    fragmenter: fragmenter && { windows: fragmenter, pooling },
  };
  const change = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  return { configFile: config, change, typeRule, precision };
}

/** The design that a path and the options stand for; what its configuration leaves open goes to stderr. */
export async function designOf(path: string, options: HlsOptions): Promise<Design> {
  const { readDesign } = await import("../read-design.js");
  const design = readDesign(path, designRequestOf(options));
  for (const note of design.notes) printTo(process.stderr, `note: ${note}\n`);
  return design;
}
