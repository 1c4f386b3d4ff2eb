import type { Command } from "commander";

import type { Machine, MachinePart } from "../examine-machine.js";
import { printResult, type TalkOptions } from "./command-options.js";

/** A line per part: what it is, what was found or how to get it, and who asks for it. */
function section(title: string, parts: readonly MachinePart[]): string {
  const lines = parts.map(
    ({ name, found, usedBy, install }) =>
      `  ${found === null ? "-" : "+"} ${name.padEnd(26)} ${found ?? `not here: ${install}`} (${usedBy})`,
  );
  return [title, ...lines].join("\n");
}

function text({ node, platform, cores, problems, ...parts }: Machine): string {
  return [
    `Node ${node}, ${platform}, ${cores} ${cores === 1 ? "core" : "cores"}`,
    section("C++ compiler for C-simulation, one is enough", parts.compilers),
    section("Other ways to train, not needed", parts.training),
    section("FPGA vendor, for synthesis only", parts.vendor),
    problems.length === 0
      ? "all commands but build need nothing else; build needs a tool of the vendor"
      : problems.map((problem) => `missing for ${problem}`).join("\n"),
  ].join("\n\n");
}

/** Add `cnntargz doctor`, what is installed here. */
export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("Say what is installed here, and what is missing for which command")
    .option("--json", "print one JSON document on stdout and nothing else")
    .addHelpText(
      "after",
      "\nExit code: 0 when everything that run, convert and verify need is there, 1 otherwise.",
    )
    .action(async (options: TalkOptions) => {
      const { examineMachine } = await import("../examine-machine.js");
      const machine = await examineMachine();
      printResult(options, machine, text(machine));
      if (machine.problems.length > 0) process.exitCode = 1;
    });
}
