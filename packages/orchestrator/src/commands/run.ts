import { BackendSpec, CnntargzError } from "@cnntargz/contracts";
import { type Command, InvalidArgumentError, Option } from "commander";

import type { RunConfig } from "../config.js";
import { createConsole } from "../console.js";
import { outFolder } from "./command-options.js";
import { presetNames, presetConfig } from "../presets.js";
import { readRunConfig } from "../read-config.js";
import { printTo } from "../terminal.js";

/** Exit code of a run that a second signal ends at once. */
const STOPPED = 130;

interface RunOptions {
  preset?: string;
  seed?: number;
  out?: string;
  backend?: string;
  processes?: number;
  compiler?: RunConfig["verification"]["compiler"];
  json?: true;
  quiet?: true;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new InvalidArgumentError("it must be an integer from 0 to 2^53 - 1.");
  }
  return seed;
}

function parseProcesses(text: string): number {
  const processes = Number(text);
  if (!Number.isInteger(processes) || processes < 1) {
    throw new InvalidArgumentError("it must be an integer from 1.");
  }
  return processes;
}

function backendOf(name: string): RunConfig["backend"] {
  if (name === "auto") return "auto";
  const [backend, kernels = null] = name === "wasm" ? ["wasm", "simd"] : name.split(":");
  return BackendSpec.parse({ name: backend, kernels });
}

function configOf(file: string | undefined, options: RunOptions): RunConfig {
  if ((file === undefined) === (options.preset === undefined)) {
    throw new CnntargzError(
      "config",
      `give either a config file or --preset (one of ${presetNames.join(", ")})`,
    );
  }
  const config = file === undefined ? presetConfig(options.preset!) : readRunConfig(file);
  return {
    ...config,
    seed: options.seed ?? config.seed,
    backend: options.backend === undefined ? config.backend : backendOf(options.backend),
    verification: {
      ...config.verification,
      compiler: options.compiler ?? config.verification.compiler,
    },
  };
}

/** Add `cnntargz run`, the whole pipeline. */
export function addRunCommand(program: Command): void {
  program
    .command("run")
    .description("Run the whole pipeline: data, training, firmware, verification, verdict")
    .argument("[config]", "run configuration, YAML or JSON")
    .addOption(
      new Option("--preset <name>", "a configuration that ships with the program").choices(
        presetNames,
      ),
    )
    .option(
      "--seed <integer>",
      "seed of everything random (default: the configuration's)",
      parseSeed,
    )
    .option("--out <dir>", "run directory (default: runs/<name>-seed<seed>)")
    .addOption(
      new Option("--backend <name>", "who trains (changes digests)").choices([
        "auto",
        "wasm",
        "wasm:relaxed",
        "wasm:native",
        "tensorflow",
        "cpu",
      ]),
    )
    .addOption(
      new Option("--compiler <name>", "compiler for the C-simulation").choices([
        "auto",
        "g++",
        "clang++",
        "@yowasp/clang",
      ]),
    )
    .option(
      "--processes <integer>",
      "how many may work at the same time (default: one per core; changes no digest)",
      parseProcesses,
    )
    .option("--json", "print one JSON document on stdout and nothing else")
    .option("--quiet", "no talk on stderr")
    .addHelpText(
      "after",
      `
Examples:
  cnntargz run --preset demo                  a Student from nothing to firmware in minutes
  cnntargz run --preset demo --seed 2 --out runs/second
  cnntargz run my-run.yaml --json > result.json

The same command goes on where it was stopped or killed. A run of another configuration in the same
--out takes the finished stages that agree, and replaces the results there when it ends.`,
    )
    .action(async (file: string | undefined, options: RunOptions) => {
      const config = configOf(file, options);
      const out = outFolder(options.out ?? `runs/${config.name}-seed${config.seed}`);
      const console = createConsole({ json: options.json === true, quiet: options.quiet === true });
      const abort = new AbortController();
      // Not `once`: the lock's own handler re-raises a signal that nobody else listens to.
      for (const name of ["SIGINT", "SIGTERM"] as const) {
        process.on(name, () => {
          if (abort.signal.aborted) process.exit(STOPPED);
          abort.abort(new DOMException("stopped by the user", "AbortError"));
        });
      }
      // Loaded here, so that `--help` does not wait for TensorFlow.
      const { runPipeline } = await import("../pipeline.js");
      const result = await runPipeline(config, {
        ...{ out, console, signal: abort.signal },
        ...(options.processes === undefined ? {} : { processes: options.processes }),
      });
      if (options.json === true) {
        printTo(process.stdout, `${JSON.stringify(result.summary, null, 2)}\n`);
      }
      process.exitCode = result.verdict.status === "pass" ? 0 : 3;
    });
}
