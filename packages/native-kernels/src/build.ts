import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

import { NativeKernelsError, requireTextOptions } from "./errors.js";
import { defaultAddonPath, hashSources, sourceDirectory } from "./sources.js";

/** Options of {@link buildNativeKernels}. */
export interface BuildOptions {
  /** Path of the addon to write; default: where `loadNativeKernels` looks. */
  readonly output?: string;
  /** C++17 compiler; default: the environment variable CXX, else g++, else clang++. */
  readonly compiler?: string;
  /** Directory that holds node_api.h; default: found beside the running Node, or where node-gyp keeps it. */
  readonly headers?: string;
}

/** Reassociation and contraction stay off: the bytes must not depend on the compiler's choices. */
const COMMON_FLAGS = [
  "-std=c++17",
  "-O3",
  "-fPIC",
  "-fno-exceptions",
  "-ffp-contract=off",
  "-Wall",
];

/** Each file may use only the instructions that are checked for before it runs. */
const FILES = [
  { name: "addon", flags: [] },
  { name: "kernels-avx2", flags: ["-mavx2", "-mfma"] },
  {
    name: "kernels-avx512",
    flags: ["-mavx2", "-mfma", "-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl"].concat(
      "-mprefer-vector-width=512",
    ),
  },
] as const;

/**
 * Compile and link the addon with the compiler of this machine; some ten seconds. Returns its path.
 *
 * @throws NativeKernelsError where the processor is not x86-64, where the compiler or the Node headers are
 * missing, or where compilation fails, with the compiler's own message.
 */
export function buildNativeKernels(options: BuildOptions = {}): string {
  requireTextOptions("buildNativeKernels", options, ["output", "compiler", "headers"]);
  if (process.arch !== "x64" || process.platform === "win32") {
    throw new NativeKernelsError(
      `The native kernels are for x86-64 on Linux or macOS, this is ${process.arch} on ${process.platform}: ` +
        `use the variant "simd".`,
    );
  }
  const output = options.output ?? defaultAddonPath;
  const compiler = options.compiler ?? findCompiler();
  const headers = options.headers ?? findHeaders();
  mkdirSync(dirname(output), { recursive: true });
  // Beside the output, so that the last step is a rename: a process never loads half an addon.
  const work = mkdtempSync(join(dirname(output), "build-"));
  try {
    const defines = ["-DNODE_GYP_MODULE_NAME=native_kernels", `-DSOURCE_HASH="${hashSources()}"`];
    const objects = FILES.map(({ name, flags }) => {
      const object = join(work, `${name}.o`);
      const source = join(sourceDirectory, `${name}.cc`);
      const files = ["-I", headers, "-c", source, "-o", object];
      run(compiler, [...COMMON_FLAGS, ...flags, ...defines, ...files]);
      return object;
    });
    const linked = join(work, "native-kernels.node");
    const undefinedSymbols = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];
    run(compiler, ["-shared", ...undefinedSymbols, ...objects, "-o", linked]);
    renameSync(linked, output);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return output;
}

function findCompiler(): string {
  const fromEnvironment = process.env["CXX"];
  const candidates = fromEnvironment ? [fromEnvironment] : ["g++", "clang++"];
  const found = candidates.find((name) => spawnSync(name, ["--version"]).status === 0);
  if (found === undefined) {
    throw new NativeKernelsError(
      `No C++ compiler was found (tried ${candidates.join(", ")}): install g++ or clang++, or set CXX.`,
    );
  }
  return found;
}

function findHeaders(): string {
  const version = process.version.slice(1);
  const candidates = [
    // Beside the executable, where the Node archives, nvm and distributions put them.
    join(dirname(process.execPath), "..", "include", "node"),
    // node-gyp's cache.
    join(homedir(), ".cache", "node-gyp", version, "include", "node"),
    join(homedir(), "Library", "Caches", "node-gyp", version, "include", "node"),
  ];
  const found = candidates.find((directory) => existsSync(join(directory, "node_api.h")));
  if (found === undefined) {
    throw new NativeKernelsError(
      `The headers of Node ${version} (node_api.h) are in none of ${candidates.join(", ")}: run npx node-gyp ` +
        `install, or give their directory with --headers.`,
    );
  }
  return found;
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) {
    throw new NativeKernelsError(
      `The native kernels did not build: ${[program, ...args].join(" ")}\n${error?.message ?? stderr}`,
    );
  }
}
