import { CnntargzError, type ResourceReport } from "@cnntargz/contracts";
import type { VendorFlowResult, VendorStep, VendorTool } from "@cnntargz/eda";
import { type Command, Option } from "commander";

import { createConsole } from "../console.js";
import { formatTable } from "../table.js";
import {
  addTalkOptions,
  positiveUpTo,
  printResult,
  stopSignal,
  type TalkOptions,
} from "./command-options.js";

interface BuildOptions extends TalkOptions {
  tool: "auto" | VendorTool;
  csim: boolean;
  synth: boolean;
  cosim?: true;
  export?: true;
  vsynth?: true;
  timeout?: number;
  log?: true;
}

function stepsOf(options: BuildOptions): VendorStep[] {
  const chosen: Record<VendorStep, boolean> = {
    csim: options.csim,
    csynth: options.synth,
    cosim: options.cosim === true,
    export: options.export === true,
    vsynth: options.vsynth === true,
  };
  return (Object.keys(chosen) as VendorStep[]).filter((step) => chosen[step]);
}

const STAGE_NAMES: Record<VendorFlowResult["stages"][number]["name"], string> = {
  csim: "C simulation",
  csynth: "C synthesis",
  cosim: "C/RTL simulation",
  validation: "comparison of both simulations",
  export: "IP export",
  vsynth: "Vivado synthesis",
};

const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** A report that is read, and the figures it states. */
interface ReadReport {
  readonly path: string;
  readonly figures: ResourceReport;
}

function textOf(
  result: VendorFlowResult,
  figures: readonly ReadReport[],
  render: (report: ResourceReport) => string,
): string {
  const tool = [result.tool, ...(result.version === null ? [] : [result.version])].join(" ");
  const lines = [
    `${result.projectName} with ${tool}: ${result.status} after ${seconds(result.seconds)}`,
  ];
  if (result.stages.length > 0) {
    const rows = result.stages.map(({ name, seconds: spent, completed }) => [
      STAGE_NAMES[name],
      seconds(spent),
      completed ? "done" : "not completed",
    ]);
    lines.push("", formatTable(["stage", "time", "state"], rows));
  }
  for (const { path, figures: report } of figures) lines.push("", path, render(report).trimEnd());
  lines.push("");
  if (result.reports.length === 0) lines.push("no reports were written");
  else lines.push("reports:", ...result.reports.map(({ path }) => `  ${path}`));
  lines.push(`log: ${result.logPath}`);
  return lines.join("\n");
}

/** The reports that state figures, each design once: its XML says what its text says. */
function readReports(
  { reports }: VendorFlowResult,
  parse: (text: string, path: string) => ResourceReport,
  warn: (message: string) => void,
): ReadReport[] {
  const told = reports.filter(
    ({ path }) =>
      /(?:csynth\.xml|cosim\.rpt|export\.rpt)$/.test(path) || path === "vivado_synth.rpt",
  );
  return told.flatMap(({ path, text }) => {
    try {
      return [{ path, figures: parse(text, path) }];
    } catch (error) {
      if (!(error instanceof CnntargzError)) throw error;
      warn(error.message);
      return [];
    }
  });
}

/** Add `cnntargz build`, the vendor's tools on a firmware project. */
export function addBuildCommand(program: Command): void {
  addTalkOptions(
    program
      .command("build")
      .description("Run Vitis HLS or Vivado HLS on a firmware project, ours or hls4ml's")
      .argument("<dir>", "project folder: the one with project.tcl and build_prj.tcl")
      .addOption(
        new Option("--tool <name>", "the vendor's program, on the PATH")
          .choices(["auto", "vitis-run", "vitis_hls", "vivado_hls"])
          .default("auto"),
      )
      .option("--csim", "simulate the C++ with the project's test bench", true)
      .option("--no-csim", "leave the C simulation out")
      .option("--synth", "synthesise the C++ to RTL", true)
      .option("--no-synth", "leave the synthesis out; later steps go on from an earlier one")
      .option("--cosim", "simulate the RTL and compare it with the C simulation")
      .option("--export", "export an IP core")
      .option("--vsynth", "synthesise the RTL with Vivado, for resources after optimisation")
      .option(
        "--timeout <seconds>",
        "end the tool and all it has started after so long",
        positiveUpTo(Infinity),
      )
      .option("--log", "also show the tool's log on stderr"),
  )
    .addHelpText(
      "after",
      `
Source the tool's settings64.sh first. Everything the tool prints goes to DIR/build.log; exit code 1
when it fails, with the cause where the log tells it.

Examples:
  cnntargz build runs/demo-seed1/firmware                     C simulation and synthesis
  cnntargz build firmware --cosim --vsynth --timeout 7200
  cnntargz build firmware --no-csim --no-synth --vsynth       go on from an earlier synthesis
  cnntargz build my-hls-test --tool vivado_hls --json         a project of hls4ml`,
    )
    .action(async (dir: string, options: BuildOptions) => {
      const console = createConsole({ json: options.json === true, quiet: options.quiet === true });
      const { runVendorFlow } = await import("@cnntargz/eda");
      const steps = stepsOf(options);
      let begun = 0;
      const result = await runVendorFlow(dir, {
        tool: options.tool,
        steps,
        ...(options.timeout === undefined ? {} : { timeoutSeconds: options.timeout }),
        signal: stopSignal(),
        onStage(stage) {
          console.info(`${STAGE_NAMES[stage]} ...`);
          console.progress({ task: STAGE_NAMES[stage], fraction: begun / steps.length });
          begun += 1;
        },
        ...(options.log === true
          ? {
              onLine: (line: string) => {
                console.info(line);
              },
            }
          : {}),
      });
      const { parseVendorReport, renderResources } = await import("@cnntargz/fpga-eval");
      const figures = readReports(result, parseVendorReport, (message) => {
        console.warn(message);
      });
      // The reports themselves lie in the folder.
      const reports = result.reports.map(({ path }) => path);
      printResult(
        options,
        { ...result, reports, figures },
        textOf(result, figures, renderResources),
      );
      if (result.failure !== null) {
        const { cause, lines, advice } = result.failure;
        throw new CnntargzError(
          "tool",
          [
            `${result.tool} ${result.status === "timeout" ? "timed out" : `failed (${cause})`}: ${advice}`,
            ...lines,
          ].join("\n  "),
        );
      }
    });
}
