import type { ReportFormat } from "@cnntargz/report";
import { type Command, InvalidArgumentError } from "commander";

import { createConsole } from "../console.js";
import { addTalkOptions, outFolder, printResult, type TalkOptions } from "./command-options.js";

interface ReportOptions extends TalkOptions {
  out?: string;
  format: ReportFormat[];
}

const FORMATS: readonly ReportFormat[] = ["html", "md", "svg", "png", "vl"];

function parseFormats(text: string): ReportFormat[] {
  return text.split(",").map((name) => {
    const format = FORMATS.find((each) => each === name.trim());
    if (format === undefined) {
      throw new InvalidArgumentError(`it must be some of ${FORMATS.join(",")}.`);
    }
    return format;
  });
}

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;

/** Add `cnntargz report`. */
export function addReportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("Write the report of a run, or of several beside each other")
    .argument("<runs...>", "run directories, as cnntargz run makes them")
    .option(
      "--out <dir>",
      "where to write (default: the run directory; comparison for several)",
      outFolder,
    )
    .option(
      "--format <list>",
      "html: one page that holds everything; md; figures as svg, png, or vl (Vega-Lite)",
      parseFormats,
      ["html", "md", "svg", "png"],
    )
    .addHelpText(
      "after",
      `
report.html is one file to mail: it opens from a disk, and asks no network for anything.
Exit code 3 when a run in it does not pass; everything is written all the same.

Examples:
  cnntargz report runs/demo-seed1                       report.html, report.md, figures/ there
  cnntargz report runs/demo-seed1 --format html --out ~/public
  cnntargz report runs/bits* --out comparison           turn-on, rates by bits, Pareto of all
  cnntargz report runs/demo-seed1 --format vl           figures as Vega-Lite, to restyle`,
    );
  addTalkOptions(command).action(async (runs: string[], options: ReportOptions) => {
    const console = createConsole({ json: options.json === true, quiet: options.quiet === true });
    const { writeReport } = await import("./report-library.js");
    console.progress({
      task: `report: ${runs.length === 1 ? "1 run" : `${runs.length} runs`}`,
      fraction: 0,
    });
    const written = await writeReport(runs, { out: options.out, formats: options.format });
    for (const { path, why } of written.skipped) console.warn(`${path} is left out: ${why}`);
    for (const { why } of written.unread) console.warn(why);
    console.info(`report: ${written.files.length} files in ${written.out}`);
    printResult(
      options,
      written,
      written.files
        .map(({ path, bytes }) => `${written.out}/${path}  ${kilobytes(bytes)}`)
        .join("\n"),
    );
    if (written.status !== "pass") process.exitCode = 3;
  });
}
