import { CnntargzError } from "@cnntargz/contracts";
import type { Command } from "commander";

import type { DesignReports } from "../read-resources.js";
import { printResult } from "./command-options.js";
import { addHlsOptions, hlsConfigOf, type HlsOptions } from "./hls-options.js";

interface CompareOptions extends HlsOptions {
  baseline?: string;
  layers?: true;
  hls4ml?: true;
  json?: true;
}

/** Every design that the names stand for, each name once. */
async function readDesigns(
  names: readonly string[],
  options: CompareOptions,
): Promise<DesignReports[]> {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new CnntargzError("config", `${twice} is given twice; name each design once`);
  }
  const { readResources } = await import("../read-resources.js");
  const hls = await hlsConfigOf(options);
  const designs: DesignReports[] = [];
  for (const name of names) designs.push(...(await readResources(name, hls)));
  return designs;
}

async function compare(names: readonly string[], options: CompareOptions): Promise<void> {
  const {
    compareDesigns,
    hls4mlReport,
    isToolReport,
    renderComparison,
    renderHls4ml,
    renderResources,
  } = await import("@cnntargz/fpga-eval");
  const designs = await readDesigns(names, options);
  const named = designs.flatMap(({ design, reports }) =>
    reports.map(({ report, files }) => ({ design, report, files })),
  );
  const baseline = options.baseline ?? designs[0]!.design;
  const compared = compareDesigns(named, baseline);
  const rows = compared.map((row, at) => ({
    design: row.design,
    files: named[at]!.files,
    fits: row.fits,
    percent: row.percent,
    latencyNs: row.timing.latencyNs,
    intervalNs: row.timing.intervalNs,
    factors: row.factors,
    report: row.report,
    ...(isToolReport(row.report) ? { hls4ml: hls4mlReport([row.report]) } : {}),
  }));
  const parts = [
    renderComparison(compared, baseline),
    ...(options.layers === true
      ? compared.map(({ design, report }) => `${design}: ${renderResources(report)}`)
      : []),
    ...(options.hls4ml === true
      ? designs.flatMap(({ design, reports }) => {
          const printed = reports.map(({ report }) => report).filter(isToolReport);
          return printed.length === 0 ? [] : [`${design}\n${renderHls4ml(printed)}`];
        })
      : []),
  ];
  printResult(options, { baseline, designs: rows }, parts.join("\n"));
  if (compared.some(({ fits }) => fits !== null && fits !== "pass")) process.exitCode = 3;
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
synthesis and routing stay apart, and factors are only within one of them.
Exit codes: 0, or 3 when a design does not fit its device, or not surely.`,
    )
    .action(compare);
}
