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

function whereText({ image, at }: LocatedMismatch, writtenBy: Verified["writtenBy"]): string {
  if (at === null) {
    return writtenBy === "hls4ml"
      ? `image ${image}; no layer is named, as the project's layers are not a chain like the network's`
      : `image ${image}: its layers agree, its outputs do not`;
  }
  const { layer, networkLayer = layer, row, column, channel, expected, actual } = at;
  const whose = networkLayer === layer ? "" : ` (of the network's ${networkLayer})`;
  const unit = writtenBy === "hls4ml" ? "" : " (in units of the layer's last bit)";
  return `image ${image}, layer ${layer}${whose}, row ${row}, column ${column}, channel ${channel}: ${actual} instead of ${expected}${unit}`;
}

function text(verified: Verified, comparison: readonly string[]): string {
  const { network, images, imageSource, mismatches, windowMismatches, first, writtenBy } = verified;
  const firmware = writtenBy === "hls4ml" ? "hls4ml's firmware" : "the firmware";
  const headers = verified.apTypes === "own" ? "" : `, headers of ${verified.apTypes}`;
  return [
    `${network}: ${images} images (${imageSource}) through ${firmware} compiled with ${verified.compiler}${headers}`,
    `${mismatches} outputs differ from the integer network's`,
    ...(windowMismatches === null ? [] : [`${windowMismatches} windows differ from the dataset's`]),
    ...(first === null ? [] : [`first: ${whereText(first, writtenBy)}`]),
    ...comparison,
  ].join("\n");
}

async function verify(path: string, options: VerifyOptions): Promise<void> {
  const { createConsole } = await import("../console.js");
  const console = createConsole({ json: options.json === true, quiet: options.quiet === true });
  const { images, seed, data, project, templates, compiler, apTypes } = options;
  const { ownConfigOf, verifyFirmware } = await import("../verify-firmware.js");
  const design = await designOf(path, { config: ownConfigOf(project), ...options });
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
    .option("--project <dir>", "compile the C++ in this HLS project, ours or hls4ml's")
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
  cnntargz verify runs/demo-seed1 --project hls4ml_prj   what hls4ml makes of the same network

A project that hls4ml wrote is compiled with the headers in its firmware/ap_types (g++ or clang++), and compared
as numbers: its types may be others.

Where outputs differ, the first differing image, layer, pixel and channel is named.
The integers themselves are compared with what they were made from: a run's own network, an integer
network before its configuration, a model's own outputs. A float model is never met exactly; how far off
it is, and how many sums wrap around, is told.
Exit codes: 0 equal, 3 not equal, or not the run's own network, or constants wrap around.`,
    )
    .action(verify);
}
