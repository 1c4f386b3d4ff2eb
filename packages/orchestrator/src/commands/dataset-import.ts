import type { ImportOptions } from "@cnntargz/dataset";
import { type Command, Option } from "commander";

import { createConsole } from "../console.js";
import {
  addTalkOptions,
  outFile,
  printResult,
  stopSignal,
  type TalkOptions,
} from "./command-options.js";

interface ImportCommandOptions extends TalkOptions, ImportOptions {
  labels?: string;
  out: string;
}

/** Add `cnntargz dataset import`. */
export function addImportCommand(dataset: Command): void {
  const command = dataset
    .command("import")
    .description("Make a dataset file of your own images and labels")
    .argument("<images>", ".npy of (N, 9, 16) or (N, 9, 384), or .npz with images and labels")
    .option("--labels <file>", ".npy of (N, 2): pT in GeV (0 for background) and eta")
    .addOption(
      new Option(
        "--eta <kind>",
        "what eta is (default: window for 9x16, global for 9x384)",
      ).choices(["global", "window"]),
    )
    .addOption(
      new Option("--windows <name>", "windows for 9x384 images (default: disjoint)").choices([
        "disjoint",
        "overlapping",
      ]),
    )
    .addOption(
      new Option("--pooling <name>", "pooling for 9x384 images (default: average)").choices([
        "average",
        "or",
      ]),
    )
    .requiredOption("--out <file>", "HDF5 file to write", outFile);
  addTalkOptions(command).action(async (images: string, options: ImportCommandOptions) => {
    const console = createConsole({ json: options.json === true, quiet: options.quiet === true });
    const { importDataset } = await import("./dataset-library.js");
    const { labels, out, eta, windows, pooling } = options;
    const info = await importDataset(
      out,
      { images, labels },
      { eta, windows, pooling },
      {
        signal: stopSignal(),
        onProgress: (progress) => {
          console.progress(progress);
        },
      },
    );
    console.info(`${out}: ${info.events} events, ${info.muons} muons`);
    printResult(options, { ...info, path: out }, `digest ${info.digest}`);
  });
}
