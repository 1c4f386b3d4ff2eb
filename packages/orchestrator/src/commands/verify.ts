import { type Command, Option } from "commander";

import type { LocatedMismatch, Verified } from "../verify-firmware.js";
import {
  addTalkOptions,
  integerFrom,
  printResult,
  stopSignal,
  type TalkOptions,
} from "./command-options.js";
import { addHlsOptions, designOf, type HlsOptions } from "./hls-options.js";

interface VerifyOptions extends HlsOptions, TalkOptions {
  images: number;
  seed: number;
  data?: string;
  project?: string;
  templates?: string;
  compiler?: "auto" | "g++" | "clang++" | "@yowasp/clang";
  apTypes?: string;
}

function whereText({ image, at }: LocatedMismatch): string {
  if (at === null) return `image ${image}: its layers agree, its outputs do not`;
  const { layer, row, column, channel, expected, actual } = at;
  return `image ${image}, layer ${layer}, row ${row}, column ${column}, channel ${channel}: ${actual} instead of ${expected} (in units of the layer's last bit)`;
}

function text(verified: Verified, comparison: readonly string[]): string {
  const { network, images, imageSource, mismatches, windowMismatches, first } = verified;
  const headers = verified.apTypes === "own" ? "" : `, headers of ${verified.apTypes}`;
  return [
    `${network}: ${images} images (${imageSource}) through the firmware compiled with ${verified.compiler}${headers}`,
    `${mismatches} outputs differ from the integer network's`,
    ...(windowMismatches === null ? [] : [`${windowMismatches} windows differ from the dataset's`]),
    ...(first === null ? [] : [`first: ${whereText(first)}`]),
    ...comparison,
  ].join("\n");
}

async function verify(path: string, options: VerifyOptions): Promise<void> {
  const { createConsole } = await import("../console.js");
  const console = createConsole({ json: options.json === true, quiet: options.quiet === true });
  const { images, seed, data, project, templates, compiler, apTypes } = options;
  // What lies in a project's folder was generated as its own configuration says.
  const own = project === undefined ? {} : { config: `${project}/hls4ml_config.yml` };
  const design = await designOf(path, { ...own, ...options });
  const { verifyFirmware } = await import("../verify-firmware.js");
  const verified = await verifyFirmware(design, {
    testImages: { count: images, seed, data },
    project,
    templates,
    compiler,
    apTypes,
    signal: stopSignal(),
    onProgress: (progress) => {
      console.progress(progress);
    },
  });
  const { comparisonText, isOtherNetwork } = await import("../compare-with-model.js");
  printResult(options, verified, text(verified, comparisonText(verified.model)));
  if (verified.first !== null || isOtherNetwork(verified.model)) process.exitCode = 3;
}

/** Add `cnntargz verify`, firmware against its network. */
export function addVerifyCommand(program: Command): void {
  const command = program
    .command("verify")
    .description("Compile a network's firmware and compare it with the integers, bit for bit")
    .argument("<network>", "integer network, trained model or run directory")
    .option("--images <n>", "how many images", integerFrom(1), 1000)
    .option("--seed <integer>", "seed of generated images", integerFrom(0), 1)
    .option("--data <file>", "take the images from the first events of this HDF5 file")
    .option("--project <dir>", "compile the C++ in this HLS project, whatever was done to it")
    .option("--templates <dir>", "Handlebars templates over the package's own")
    .addOption(
      new Option("--compiler <name>", "compiler of the C-simulation (default: auto)").choices([
        "auto",
        "g++",
        "clang++",
        "@yowasp/clang",
      ]),
    )
    .option(
      "--ap-types <dir>",
      "headers: own, vendor (of the installed Vitis or Vivado) or a folder with ap_fixed.h",
    );
  addTalkOptions(addHlsOptions(command))
    .addHelpText(
      "after",
      `
Examples:
  cnntargz verify runs/demo-seed1 --images 10000
  cnntargz verify network.json --io-type io_parallel --compiler @yowasp/clang
  cnntargz verify network.json --project firmware        after editing its C++
  cnntargz verify network.json --ap-types vendor --json

Where outputs differ, the first differing image, layer, pixel and channel is named.
The integers themselves are compared with what they were made from: a run's own network, an integer
network before its configuration, a model's own outputs. A float model is never met exactly; how far off
it is, and how many sums wrap around, is told.
Exit codes: 0 equal, 3 not equal, or not the run's own network, or constants wrap around.`,
    )
    .action(verify);
}
