import type { NpzLayout } from "@cnntargz/dataset";
import { type Command, Option } from "commander";

import { createConsole } from "../console.js";
import { outFile, stopSignal } from "./command-options.js";

interface ExportOptions {
  layout: NpzLayout;
  out: string;
  quiet?: true;
}

/** Add `cnntargz dataset export`. */
export function addExportCommand(dataset: Command): void {
  dataset
    .command("export")
    .description("Write a dataset as .npz for numpy (HDF5 files open with h5py as they are)")
    .argument("<file>", "HDF5 file of a dataset")
    .addOption(
      new Option("--layout <name>", "every array as stored, or 9x16 images and labels to train on")
        .choices(["packed", "fragments"])
        .default("packed"),
    )
    .requiredOption("--out <file>", ".npz file to write", outFile)
    .option("--quiet", "no talk on stderr")
    .action(async (path: string, { layout, out, quiet }: ExportOptions) => {
      const console = createConsole({ json: false, quiet: quiet === true });
      const { exportNpz, openDataset } = await import("./dataset-library.js");
      const file = await openDataset(path);
      try {
        exportNpz(file, out, layout, {
          signal: stopSignal(),
          onProgress: (progress) => {
            console.progress(progress);
          },
        });
        console.info(`${out}: ${file.count} events, layout ${layout}`);
      } finally {
        file.close();
      }
    });
}
