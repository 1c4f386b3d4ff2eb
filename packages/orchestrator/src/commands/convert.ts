import { resolve } from "node:path";

import type { Command } from "commander";

import {
  addTalkOptions,
  integerFrom,
  outFolder,
  printResult,
  type TalkOptions,
} from "./command-options.js";
import { addHlsOptions, designOf, type HlsOptions } from "./hls-options.js";

interface ConvertOptions extends HlsOptions, TalkOptions {
  out: string;
  images: number;
  seed: number;
  data?: string;
  templates?: string;
  force?: true;
}

async function convert(path: string, options: ConvertOptions): Promise<void> {
  const { out, images, seed, data, templates } = options;
  const design = await designOf(path, options);
  const { comparisonText } = await import("../compare-with-model.js");
  const { convertDesign } = await import("../convert-design.js");
  const { originOf, writeProject } = await import("../write-project.js");
  const converted = await convertDesign(design, {
    testImages: { count: images, seed, data },
    templates,
    outputDir: resolve(out),
  });
  const { plan, project, testSource, comparison } = converted;
  const files = writeProject(out, project, {
    network: plan.network,
    origin: originOf(path),
    force: options.force === true,
    source: options.config,
  });
  const { backend, ioType, part, clockPeriodNs } = plan.config;
  printResult(
    options,
    {
      folder: out,
      network: plan.network,
      hls: plan.config,
      files,
      testBench: { images, source: testSource },
      model: comparison,
    },
    `${out}: ${plan.network} for ${backend} HLS, ${ioType}, ${part}, ${clockPeriodNs} ns; ` +
      `${files.length} files, a test bench of ${images} images (${testSource})\n${comparisonText(comparison).join("\n")}`,
  );
  if (comparison.wrappedConstants > 0) process.exitCode = 3;
}

/** Add `cnntargz convert`, from a network to an HLS project. */
export function addConvertCommand(program: Command): void {
  const command = program
    .command("convert")
    .description("Write the HLS project of a network, ready for Vitis HLS or Vivado HLS")
    .argument("<network>", "integer network, trained model or run directory")
    .requiredOption("--out <dir>", "folder of the project", outFolder)
    .option(
      "--force",
      "replace a project of another network, or one whose files were changed by hand",
    )
    .option("--images <n>", "images of the project's test bench", integerFrom(1), 100)
    .option("--seed <integer>", "seed of generated images", integerFrom(0), 1)
    .option("--data <file>", "take the images from the first events of this HDF5 file")
    .option("--templates <dir>", "Handlebars templates over the package's own");
  addTalkOptions(addHlsOptions(command))
    .addHelpText(
      "after",
      `
Examples:
  cnntargz convert runs/demo-seed1 --out firmware
  cnntargz convert network.json --io-type io_parallel --backend vivado --out firmware
  cnntargz config network.json > hls4ml_config.yml    edit it, then
  cnntargz convert network.json --config hls4ml_config.yml --out firmware
  cnntargz convert float-model.json --precision ap_fixed<32,16> --out firmware
  cnntargz convert runs/demo-seed1 --type-rule hls4ml --compat hls4ml --out as-hls4ml
  cnntargz convert network.json --fragmenter disjoint --out with-front-end

An --out that holds a project of the same network is written anew; what was changed there by hand, or another
network's project, is refused without --force.
How far the firmware's network is from what it was made from is told for the test bench's images.
Exit codes: 0 written, 3 written, but constants wrap around in their types.

Next: cnntargz verify (C-simulation), cnntargz build (the vendor's tools).`,
    )
    .action(convert);
}
