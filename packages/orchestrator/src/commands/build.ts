import { join } from "node:path";

import { CnntargzError } from "@cnntargz/contracts";
import type { VendorStep, VendorTool } from "@cnntargz/eda";
import { type Command, Option } from "commander";

import { createConsole } from "../console.js";
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
      const { buildText, changedFirmware, readFigures, runVendorFlow, STAGE_NAMES } =
        await import("../build-firmware.js");
      const changed = changedFirmware(dir);
      if (changed.length > 0) {
        console.warn(
          `${changed.join(", ")} in ${dir} is not as the run wrote it: cnntargz verify ${join(dir, "..")} --project ${dir} tells whether it computes the same`,
        );
      }
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
      const figures = readFigures(result, (message) => {
        console.warn(message);
      });
      // The reports themselves lie in the folder.
      const reports = result.reports.map(({ path }) => path);
      printResult(options, { ...result, reports, figures }, buildText(result, figures));
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
