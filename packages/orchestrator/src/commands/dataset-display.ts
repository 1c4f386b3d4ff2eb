import type { Command } from "commander";

import { printTo } from "../terminal.js";
import { integerFrom } from "./command-options.js";

interface DisplayOptions {
  event: number;
  svg?: string;
}

/** Add `cnntargz dataset display`. */
export function addDisplayCommand(dataset: Command): void {
  dataset
    .command("display")
    .description("Show an event: the 9x384 hits, the window chosen and the 9x16 result")
    .argument("<file>", "HDF5 file of a dataset")
    .option("--event <integer>", "which row of the file", integerFrom(0), 0)
    .option("--svg <file>", "write a drawing there")
    .action(async (path: string, options: DisplayOptions) => {
      const { eventSvg, eventText, openDataset, viewEvent, writeFileAtomic } =
        await import("./dataset-library.js");
      const file = await openDataset(path);
      try {
        const view = viewEvent(file.read({ start: options.event, count: 1 }), 0);
        printTo(process.stdout, eventText(view));
        if (options.svg !== undefined) writeFileAtomic(options.svg, eventSvg(view));
      } finally {
        file.close();
      }
    });
}
