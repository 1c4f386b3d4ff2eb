import type { Command } from "commander";

import { createConsole } from "../console.js";
import { printResult } from "./command-options.js";
import { addHlsOptions, designRequestOf, type HlsOptions } from "./hls-options.js";

interface CompareOptions extends HlsOptions {
  baseline?: string;
  layers?: true;
  hls4ml?: true;
  json?: true;
}

async function compare(names: readonly string[], options: CompareOptions): Promise<void> {
  // Loaded here, so that help does not wait.
  const { compareNamed } = await import("../compare-named.js");
  const { comparisonText } = await import("../print-resources.js");
  const comparison = await compareNamed(names, designRequestOf(options), options.baseline);
  const console = createConsole({ json: options.json === true, quiet: false });
  for (const warning of comparison.warnings) console.warn(warning);
  printResult(
    options,
    { baseline: comparison.baseline, designs: comparison.projects },
    comparisonText(comparison, {
      layers: options.layers === true,
      hls4ml: options.hls4ml === true,
    }),
  );
  for (const { code, message } of comparison.missing) {
    process.stderr.write(`error (${code}): ${message}\n`);
  }
  if (comparison.missing.length > 0) process.exitCode = 1;
  else if (!comparison.allFit) process.exitCode = 3;
}

/** Add `cnntargz compare`, designs beside each other. */
export function addCompareCommand(program: Command): void {
  const command = program
    .command("compare")
    .description("Set designs beside each other: numbers, share of the device, compression factors")
    .argument("<designs...>", "run directories, HLS projects, reports, networks, slides:<row>")
    .option("--baseline <design>", "what factors are to (default: the first)")
    .option("--layers", "also print the layers of each")
    .option("--hls4ml", "also print what tools say as hls4ml prints it");
  addHlsOptions(command)
    .option("--json", "print one JSON document on stdout and nothing else")
    .addHelpText(
      "after",
      `
Examples:
  cnntargz compare slides:teacher slides:qstudent-4bit runs/demo-seed1
  cnntargz compare runs/a runs/b hls4ml_prj --layers
  cnntargz compare myproject_prj/solution1/syn/report/myproject_csynth.rpt --hls4ml
  cnntargz compare 3bit/network.json 4bit/network.json --part xcku115 --json

Rows of the published table: slides:teacher, slides:student-32bit, slides:qstudent-4bit,
slides:qstudent-3bit. HLS options apply to networks. Numbers keep their source; C-synthesis,
synthesis and routing stay apart, and factors are only within one of them. Reports of a project that
can not be read are named in warnings, the others shown.
--json gives one object per design: hls4ml, what tools said of it with the keys of hls4ml's
parse_vivado_report, and reports, everything that is known of it.
Exit codes: 0; 3 when a design does not fit its device, or not surely; 1 when a design can not be
read, the others are compared all the same.`,
    )
    .action(compare);
}
