import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { CnntargzError } from "@cnntargz/contracts";
import { execa } from "execa";

import type { Compiler } from "./compilers.js";
import { firstLines } from "./first-lines.js";

/** The C++ that a compiler is told to take. */
export type CppStandard = "c++11" | "c++14" | "c++17";

/** A compiled program that can be run in a folder. */
export interface Program {
  /** What the compiler said of code that it compiled. */
  readonly diagnostics: string;
  /** @throws CnntargzError `tool` when it ends with another code than 0. */
  run(folder: string, signal?: AbortSignal): Promise<void>;
}

/** What to compile, and how: paths in the folder. */
export interface Unit {
  readonly units: readonly string[];
  readonly include: string;
  /** Whether warnings of the headers in `include` are nobody's business. */
  readonly systemInclude: boolean;
  readonly standard: CppStandard;
  readonly defines: readonly string[];
  /** Optimize for many images; otherwise for a quick compilation. */
  readonly fast: boolean;
  readonly warnings: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** HLS code has pragmas for another compiler, and labels that only reports name. */
const WARNINGS = ["-Wall", "-Wextra", "-Wno-unknown-pragmas", "-Wno-unused-label"];

/** How a program that ended well was heard. */
async function runProcess(
  what: string,
  file: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  const result = await execa(file, args, {
    ...options,
    reject: false,
    all: true,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  signal?.throwIfAborted();
  if (result.failed) {
    const how =
      result.exitCode === undefined ? result.shortMessage : `exit code ${result.exitCode}`;
    throw new CnntargzError("tool", `${what} failed (${how}):\n${firstLines(result.all)}`);
  }
  return result.all.trimEnd();
}

function flagsOf(unit: Unit): string[] {
  return [
    `-std=${unit.standard}`,
    // A fused multiply-add would round once where two doubles are rounded one by one.
    "-ffp-contract=off",
    ...(unit.warnings ? WARNINGS : ["-w"]),
    unit.systemInclude ? "-isystem" : "-I",
    unit.include,
    ...unit.defines.map((name) => `-D${name}`),
  ];
}

async function compileNative(name: string, folder: string, unit: Unit): Promise<Program> {
  const program = join(folder, process.platform === "win32" ? "csim.exe" : "csim");
  const args = [
    ...flagsOf(unit),
    ...(unit.fast ? ["-O3", "-funroll-loops"] : ["-O1"]),
    // The program runs nowhere else.
    ...(unit.fast && process.arch === "x64" ? ["-march=native"] : []),
    ...unit.units,
    "-o",
    program,
  ];
  const what = `compilation with ${name}`;
  return {
    diagnostics: await runProcess(what, name, args, unit.signal, { cwd: folder }),
    async run(cwd, signal) {
      await runProcess("C-simulation", program, [], signal, { cwd });
    },
  };
}

const COMPILE = fileURLToPath(new URL("./run-yowasp.js", import.meta.url));
const RUN = fileURLToPath(new URL("./run-wasi.js", import.meta.url));
// Flags of the parent, such as a debugger's, are not for its children.
const NODE = { env: { NODE_OPTIONS: "" } };

async function compileWasm(folder: string, unit: Unit): Promise<Program> {
  const program = "csim.wasm";
  const args = [
    ...flagsOf(unit),
    ...(unit.fast ? ["-O3", "-msimd128"] : ["-O1"]),
    "-fno-exceptions",
    // Line buffers lie on the stack, which is 64 KiB by default.
    "-Wl,-z,stack-size=8388608",
    ...unit.units,
  ];
  const diagnostics = await runProcess(
    "compilation with @yowasp/clang",
    process.execPath,
    [COMPILE, folder, program, ...args],
    unit.signal,
    NODE,
  );
  const runArgs = ["--no-warnings", RUN, join(folder, program)];
  return {
    diagnostics,
    async run(cwd, signal) {
      await runProcess("C-simulation", process.execPath, [...runArgs, cwd], signal, NODE);
    },
  };
}

/**
 * Compile C++ in `folder` to a program.
 *
 * @throws CnntargzError `tool` with the first lines of the diagnostics.
 */
export function compileProgram(compiler: Compiler, folder: string, unit: Unit): Promise<Program> {
  return compiler.name === "@yowasp/clang"
    ? compileWasm(folder, unit)
    : compileNative(compiler.name, folder, unit);
}
