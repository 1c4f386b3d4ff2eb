import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { CnntargzError } from "@cnntargz/contracts";
import { execa } from "execa";

import type { Compiler } from "./compilers.js";

/** A compiled program that can be run in a folder. */
export interface Program {
  /** @throws CnntargzError `tool` when it ends with another code than 0. */
  run(folder: string, signal?: AbortSignal): Promise<void>;
}

/** What to compile: paths in the folder. */
export interface Unit {
  readonly units: readonly string[];
  readonly defines: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const FLAGS = ["-std=c++14", "-O2", "-w", "-Iinclude"];
const SHOWN_LINES = 20;

/** The first lines, which name the cause; what follows are its consequences. */
function firstLines(text: string): string {
  const lines = text.trimEnd().split("\n");
  const rest = lines.length - SHOWN_LINES;
  return [...lines.slice(0, SHOWN_LINES), ...(rest > 0 ? [`(${rest} more lines)`] : [])].join("\n");
}

async function runProcess(
  what: string,
  file: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<void> {
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
}

async function compileNative(name: string, folder: string, unit: Unit): Promise<Program> {
  const program = join(folder, process.platform === "win32" ? "csim.exe" : "csim");
  const args = [...FLAGS, ...unit.defines.map((name) => `-D${name}`), ...unit.units, "-o", program];
  await runProcess(`compilation with ${name}`, name, args, unit.signal, { cwd: folder });
  return {
    run: (cwd, signal) => runProcess("C-simulation", program, [], signal, { cwd }),
  };
}

const COMPILE = fileURLToPath(new URL("./run-yowasp.js", import.meta.url));
const RUN = fileURLToPath(new URL("./run-wasi.js", import.meta.url));
// Flags of the parent, such as a debugger's, are not for its children.
const NODE = { env: { NODE_OPTIONS: "" } };

async function compileWasm(folder: string, unit: Unit): Promise<Program> {
  const program = "csim.wasm";
  const args = [
    ...FLAGS,
    "-fno-exceptions",
    // Line buffers lie on the stack, which is 64 KiB by default.
    "-Wl,-z,stack-size=8388608",
    ...unit.defines.map((name) => `-D${name}`),
    ...unit.units,
  ];
  await runProcess(
    "compilation with @yowasp/clang",
    process.execPath,
    [COMPILE, folder, program, ...args],
    unit.signal,
    NODE,
  );
  const runArgs = ["--no-warnings", RUN, join(folder, program)];
  return {
    run: (cwd, signal) =>
      runProcess("C-simulation", process.execPath, [...runArgs, cwd], signal, NODE),
  };
}

/**
 * Compile C++ in `folder`, with its headers in `include`, to a program.
 *
 * @throws CnntargzError `tool` with the first lines of the diagnostics.
 */
export function compileProgram(compiler: Compiler, folder: string, unit: Unit): Promise<Program> {
  return compiler.name === "@yowasp/clang"
    ? compileWasm(folder, unit)
    : compileNative(compiler.name, folder, unit);
}
