import { CnntargzError, systemFault } from "@cnntargz/contracts";
import { Command, CommanderError } from "commander";

import { printTo } from "./terminal.js";
import { ownVersion } from "./versions.js";

/** Exit codes; commands that judge also give 3 when a required row of the verdict does not pass. */
const FAILURE = 1;
const USAGE = 2;
/** As a shell gives for SIGINT. */
const STOPPED = 130;

const program = new Command("cnntargz")
  .description(
    "From toy muon tracks to FPGA firmware: trains a compressed CNN, generates bit-exact HLS firmware for it and says whether the firmware meets its requirements.",
  )
  .version(ownVersion())
  .exitOverride()
  .configureOutput({
    writeOut: (text) => {
      printTo(process.stdout, text);
    },
    writeErr: (text) => {
      printTo(process.stderr, text);
    },
  })
  .showHelpAfterError("(cnntargz --help lists the commands)")
  .addHelpText(
    "after",
    "\nExit codes: 0 every required row passes, 1 failure, 2 usage or config error,\n3 done, but a requirement is not met or not surely, 130 stopped.",
  );
// Whoever reads our output may have seen enough: `cnntargz compare ... | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  fail(systemFault(error, "stdout"));
  process.exit();
});
// Nobody is left to tell.
process.stderr.on("error", () => undefined);
// What no call waits for, such as a log that can not be written, is told as any other error.
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error) => {
    fail(error);
    process.exit();
  });
}

/** Every command, each in a module that is loaded only when it is called, or for help about all. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  run: async () => (await import("./commands/run.js")).addRunCommand,
  report: async () => (await import("./commands/report.js")).addReportCommand,
  dataset: async () => (await import("./commands/dataset.js")).addDatasetCommand,
  evaluate: async () => (await import("./commands/evaluate.js")).addEvaluateCommand,
  config: async () => (await import("./commands/config.js")).addConfigCommand,
  convert: async () => (await import("./commands/convert.js")).addConvertCommand,
  verify: async () => (await import("./commands/verify.js")).addVerifyCommand,
  estimate: async () => (await import("./commands/estimate.js")).addEstimateCommand,
  compare: async () => (await import("./commands/compare.js")).addCompareCommand,
  build: async () => (await import("./commands/build.js")).addBuildCommand,
  doctor: async () => (await import("./commands/doctor.js")).addDoctorCommand,
};
const called = COMMANDS[process.argv[2] ?? ""];
for (const load of called === undefined ? Object.values(COMMANDS) : [called]) {
  (await load())(program);
}

/** Whether an error is the user's to mend: the message says how, a stack would only hide it. */
function isUsage(error: unknown): boolean {
  return error instanceof CnntargzError && (error.code === "config" || error.code === "contract");
}

/** Tell an error and set the exit code: the one place where errors of all commands end. */
function fail(thrown: unknown): void {
  const error = systemFault(thrown);
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  } else if (error instanceof CnntargzError) {
    printTo(process.stderr, `error (${error.code}): ${error.message}\n`);
    process.exitCode = isUsage(error) ? USAGE : FAILURE;
  } else if (error instanceof Error && error.name === "AbortError") {
    printTo(process.stderr, "stopped; the same command goes on where it was\n");
    process.exitCode = STOPPED;
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    printTo(process.stderr, `${text}\n`);
    process.exitCode = FAILURE;
  }
}

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
