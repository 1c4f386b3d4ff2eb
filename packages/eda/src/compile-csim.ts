import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import {
  CnntargzError,
  type HlsProject,
  optionalFunction,
  optionalSignal,
  optionsCheck,
  pathsFault,
  systemFault,
  z,
} from "@cnntargz/contracts";

import { resolveApTypes } from "./ap-types.js";
import { compileProgram, type CppStandard, type Program } from "./compile-program.js";
import { COMPILER_CHOICES, type CompilerChoice, findCompiler } from "./compilers.js";
import {
  harnessSources,
  requireExactInterface,
  requireImageIntegers,
  runHarness,
  valuesPerImage,
} from "./harness.js";
import { readTrace } from "./read-trace.js";
import { splitResults } from "./split-results.js";
import { runTestbench } from "./testbench.js";

/** How to compile. */
export interface CompileOptions {
  readonly compiler?: CompilerChoice | undefined;
  /**
   * `own` (the default) for this package's headers; `vendor` for those of the installed Vitis or
   * Vivado; else a folder with ap_fixed.h. Other headers than `own` need g++ or clang++.
   */
  readonly apTypes?: string | undefined;
  /** C++14 when left out; Vivado HLS compiles C++11. */
  readonly standard?: CppStandard | undefined;
  /** Also collect the compiler's warnings (-Wall -Wextra): {@link CSim.warnings}. */
  readonly warnings?: boolean | undefined;
  /**
   * Run the project's own test bench, which reads and writes decimals, instead of this package's
   * harness, which calls the top function and is several times faster.
   */
  readonly testbench?: boolean | undefined;
  /** Where the temporary folder is made; the system's place for them when left out. */
  readonly folder?: string | undefined;
  /** Also record what each layer gives on: {@link CSimResult.traces}. Slow; for few images. */
  readonly trace?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How to run. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the fraction of images done. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

const checkOptions = optionsCheck<CompileOptions>("compileCSim", {
  compiler: z.enum(COMPILER_CHOICES).optional(),
  apTypes: z.string().optional(),
  standard: z.enum(["c++11", "c++14", "c++17"]).optional(),
  warnings: z.boolean().optional(),
  testbench: z.boolean().optional(),
  folder: z.string().optional(),
  trace: z.boolean().optional(),
  signal: optionalSignal,
});
const checkRun = optionsCheck<RunOptions>("run of a C-simulation", {
  signal: optionalSignal,
  onProgress: optionalFunction,
});

/** What a C-simulation computed. */
export interface CSimResult {
  /** (count, outputs) integers in units of the output type's least significant bit. */
  readonly outputs: Float64Array;
  /** (count): the window that the firmware's fragmenter chose; null without one. */
  readonly windows: Float64Array | null;
  /**
   * By image: each layer's values by name, as numbers (not integers: a layer's units are its result
   * type's). Null unless compiled with `trace`.
   */
  readonly traces: readonly ReadonlyMap<string, Float64Array>[] | null;
}

/** A compiled project. */
export interface CSim {
  /** Name and version of the compiler. */
  readonly compiler: string;
  /** `own`, or the folder of the vendor's headers. */
  readonly apTypes: string;
  /** What the compiler warned of, empty when nothing; null unless compiled with `warnings`. */
  readonly warnings: string | null;
  /** Run (count, h, w, c) integers in units of the input type's least significant bit. */
  run(images: ArrayLike<number>, count: number, options?: RunOptions): Promise<CSimResult>;
  /** Remove the temporary folder. */
  dispose(): Promise<void>;
}

/** Input values per run of the program: progress is told and signals are heard in between. */
const CHUNK_VALUES = 720_000;
const TRACE = "tb_data/trace.log";

async function writeSources(folder: string, sources: Readonly<Record<string, string>>) {
  const fault = pathsFault(Object.keys(sources));
  if (fault !== null) throw new CnntargzError("contract", `the firmware project: ${fault}`);
  await mkdir(join(folder, "tb_data"), { recursive: true });
  for (const [path, text] of Object.entries(sources)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

/** What the compiler reads, and what hls4ml's firmware reads when it runs. */
function sourcesOf(project: HlsProject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(project.files).filter(([path]) => /\.(?:cpp|h)$|^weights\//.test(path)),
  );
}

/** The headers in `include/` of the sources: WebAssembly's compiler sees no other files. */
async function headersOf(folder: string): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const path of await readdir(folder, { recursive: true })) {
    if (path.endsWith(".h")) {
      headers[`include/${path}`] = await readFile(join(folder, path), "utf8");
    }
  }
  return headers;
}

/**
 * Compile a firmware project's C++ with ordinary tools, to run images through it without any vendor
 * tool. Works in a temporary folder, which `dispose` removes.
 *
 * @throws CnntargzError `tool` when no compiler is installed (says what to install), the code does
 * not compile (first lines of the diagnostics) or, from `run`, the program fails; `config` when
 * `apTypes` names no headers, or the vendor's with a compiler that can not take them; `inexact` when
 * inputs or outputs have more than 53 bits; `contract` from `run` when `images` is not `count` images
 * of integers of the input type.
 */
export async function compileCSim(
  project: HlsProject,
  options: CompileOptions = {},
): Promise<CSim> {
  checkOptions(options);
  const { signal, trace = false, testbench = false, warnings = false } = options;
  signal?.throwIfAborted();
  requireExactInterface(project);
  const apTypes = await resolveApTypes(options.apTypes ?? "own");
  const compiler = await findCompiler(options.compiler ?? "auto");
  const isWasm = compiler.name === "@yowasp/clang";
  if (isWasm && apTypes.name !== "own") {
    throw new CnntargzError(
      "config",
      `the headers of ${apTypes.name} need g++ or clang++, not @yowasp/clang: install one of them, or use the headers "own"`,
    );
  }
  const parent = options.folder ?? tmpdir();
  const { projectName } = project;
  const folder = await mkdir(parent, { recursive: true })
    .then(() => mkdtemp(join(parent, `cnntargz-csim-${projectName}-`)))
    .catch((error: unknown) => {
      throw systemFault(error, parent);
    });
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });

  let program: Program;
  try {
    await writeSources(folder, {
      ...sourcesOf(project),
      ...(testbench ? {} : await harnessSources(project)),
      ...(isWasm ? await headersOf(apTypes.folder) : {}),
    });
    program = await compileProgram(compiler, folder, {
      units: [
        testbench ? `${projectName}_test.cpp` : "csim_main.cpp",
        `firmware/${projectName}.cpp`,
      ],
      include: isWasm ? "include" : apTypes.folder,
      // Other people's headers are not ours to warn of.
      systemInclude: apTypes.name !== "own",
      standard: options.standard ?? "c++14",
      defines: trace ? ["CNNTARGZ_TRACE"] : [],
      // A trace is for few images: compiling is what takes time.
      fast: !trace,
      warnings,
      signal,
    });
  } catch (error) {
    await dispose();
    throw systemFault(error, folder);
  }

  const { inputsPerImage } = project.interface;
  const perImage = valuesPerImage(project);
  const runChunk = testbench ? runTestbench : runHarness;
  const chunk = Math.max(1, Math.floor(CHUNK_VALUES / inputsPerImage));
  const runNow: CSim["run"] = async (images, count, { signal, onProgress } = {}) => {
    if (images.length !== count * inputsPerImage) {
      throw new CnntargzError(
        "contract",
        `${count} images of ${inputsPerImage} values make ${count * inputsPerImage}, there are ${images.length}`,
      );
    }
    requireImageIntegers(project, images);
    const values = new Float64Array(count * perImage);
    const traces: ReadonlyMap<string, Float64Array>[] = [];
    for (let from = 0; from < count; from += chunk) {
      signal?.throwIfAborted();
      const to = Math.min(from + chunk, count);
      await rm(join(folder, TRACE), { force: true });
      const part = await runChunk(project, program, folder, images, [from, to], signal);
      values.set(part, from * perImage);
      if (trace) {
        const log = await readFile(join(folder, TRACE), "utf8");
        traces.push(...readTrace(log, project.traceNames));
      }
      onProgress?.(to / count);
    }
    return { ...splitResults(project, values), traces: trace ? traces : null };
  };
  // Runs share files: one after the other.
  let last: Promise<unknown> = Promise.resolve();
  return {
    compiler: `${compiler.name} ${compiler.version}`,
    apTypes: apTypes.name,
    warnings: warnings ? program.diagnostics : null,
    run(images, count, runOptions = {}) {
      checkRun(runOptions);
      const result = last.then(() => runNow(images, count, runOptions));
      last = result.catch(() => undefined);
      return result;
    },
    dispose,
  };
}
