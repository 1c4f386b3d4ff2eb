import type { Command } from "commander";

import { addDisplayCommand } from "./dataset-display.js";
import { addExportCommand } from "./dataset-export.js";
import { addGenerateCommand } from "./dataset-generate.js";
import { addImportCommand } from "./dataset-import.js";
import { addInspectCommand } from "./dataset-inspect.js";

/** Add `cnntargz dataset`, the toy events in files. */
export function addDatasetCommand(program: Command): void {
  const dataset = program
    .command("dataset")
    .description("Generate, inspect, display, export and import datasets of muon-trigger events");
  addGenerateCommand(dataset);
  addInspectCommand(dataset);
  addDisplayCommand(dataset);
  addExportCommand(dataset);
  addImportCommand(dataset);
}
