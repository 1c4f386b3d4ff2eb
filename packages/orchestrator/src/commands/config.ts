import type { Granularity } from "@cnntargz/hls-codegen";
import { type Command, Option } from "commander";

import { outFile } from "./command-options.js";
import { addHlsOptions, designOf, type HlsOptions } from "./hls-options.js";

interface ConfigOptions extends HlsOptions {
  granularity: Granularity;
  out?: string;
  json?: true;
}

async function config(path: string, options: ConfigOptions): Promise<void> {
  const { granularity, json = false, out } = options;
  const design = await designOf(path, options);
  const { printConfig } = await import("../print-config.js");
  printConfig(design, { granularity, json, out });
  if (granularity === "model" && design.network.typeRule !== "uniform") {
    process.stderr.write(
      "note: hls4ml itself gives every sum and result the one type that stands under Model; here it stands for the network's own types until you change it\n",
    );
  }
}

/** Add `cnntargz config`, a configuration to edit. */
export function addConfigCommand(program: Command): void {
  const command = program
    .command("config")
    .description("Print the firmware configuration of a network in hls4ml's words, to edit")
    .argument("<network>", "integer network, trained model or run directory")
    .addOption(
      new Option("--granularity <how>", "speak of all layers, of classes, or of each by name")
        .choices(["model", "type", "name"])
        .default("name"),
    )
    .option("--out <file>", "write it there instead", outFile);
  addHlsOptions(command)
    .option("--json", "JSON instead of YAML")
    .addHelpText(
      "after",
      `
Examples:
  cnntargz config runs/demo-seed1 --out hls4ml_config.yml
  cnntargz config network.json --granularity model
  cnntargz config model.json --type-rule hls4ml --strategy resource

With --granularity name every type is the network's own, with type those that layers of a class share.
Model.Precision is hls4ml's default, which stands for the network's types here until it is changed.
For hls4ml itself take --type-rule hls4ml: with interval, scales of quantizers are part of the weights.
A type that is changed makes another network: its constants are cast, and what follows from them.`,
    )
    .action(config);
}
