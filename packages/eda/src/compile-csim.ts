import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { CnntargzError, type HlsProject } from "@cnntargz/contracts";

import { compileProgram, type Program } from "./compile-program.js";
import { type CompilerChoice, findCompiler } from "./compilers.js";
import { decimalWriter, readIntegers } from "./decimals.js";
import { includeFolder } from "./include-folder.js";
import { readTrace } from "./read-trace.js";

/** How to compile. */
export interface CompileOptions {
  readonly compiler?: CompilerChoice | undefined;
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

/** What a C-simulation computed. */
export interface CSimResult {
  /** (count, outputs) integers in units of the output type's least significant bit. */
  readonly outputs: Float64Array;
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
  /** Run (count, h, w, c) integers in units of the input type's least significant bit. */
  run(images: ArrayLike<number>, count: number, options?: RunOptions): Promise<CSimResult>;
  /** Remove the temporary folder. */
  dispose(): Promise<void>;
}

const CHUNK = 5000;
const INPUTS = "tb_data/tb_input_features.dat";
const RESULTS = "tb_data/csim_results.log";
const TRACE = "tb_data/trace.log";

async function writeSources(folder: string, sources: Readonly<Record<string, string>>) {
  await mkdir(join(folder, "tb_data"), { recursive: true });
  for (const [path, text] of Object.entries(sources)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

/** The project's C++ and, in `include/`, this package's headers. */
async function sourcesOf(project: HlsProject): Promise<Record<string, string>> {
  const sources: Record<string, string> = {};
  for (const [path, text] of Object.entries(project.files)) {
    if (/\.(?:cpp|h)$/.test(path)) sources[path] = text;
  }
  const headers = includeFolder();
  for (const name of await readdir(headers)) {
    sources[`include/${name}`] = await readFile(join(headers, name), "utf8");
  }
  return sources;
}

function formatImages(
  images: ArrayLike<number>,
  from: number,
  to: number,
  perImage: number,
  write: (integer: number) => string,
): string {
  const lines: string[] = [];
  for (let image = from; image < to; image += 1) {
    const words: string[] = [];
    for (let i = image * perImage; i < (image + 1) * perImage; i += 1)
      words.push(write(images[i]!));
    lines.push(words.join(" "));
  }
  return `${lines.join("\n")}\n`;
}

/** Run the images [from, to) and put their outputs into `outputs`. */
async function runChunk(
  project: HlsProject,
  program: Program,
  folder: string,
  input: string,
  outputs: Float64Array,
  images: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { outputType, outputsPerImage } = project.interface;
  await writeFile(join(folder, INPUTS), input);
  await program.run(folder, signal);
  const lines = (await readFile(join(folder, RESULTS), "utf8")).split("\n");
  // The last line ends with a line break.
  if (lines.length !== images + 1) {
    throw new CnntargzError(
      "tool",
      `${RESULTS} of project ${project.projectName} has ${lines.length - 1} lines for ${images} images; the test bench and the images do not belong together`,
    );
  }
  for (let image = 0; image < images; image += 1) {
    const values = readIntegers(lines[image]!, outputType, RESULTS);
    if (values.length !== outputsPerImage) {
      throw new CnntargzError(
        "tool",
        `${RESULTS} of project ${project.projectName}: a line has ${values.length} values, expected ${outputsPerImage}`,
      );
    }
    outputs.set(values, image * outputsPerImage);
  }
}

/**
 * Compile a firmware project's own test bench with this package's ap_fixed headers, to run images
 * through the generated C++ without any vendor tool. Works in a temporary folder, which `dispose`
 * removes.
 *
 * @throws CnntargzError `tool` when no compiler is installed (says what to install), the code does
 * not compile (first lines of the diagnostics) or, from `run`, the program fails; `contract` from
 * `run` when `images` is not `count` images of integers of the input type.
 */
export async function compileCSim(
  project: HlsProject,
  options: CompileOptions = {},
): Promise<CSim> {
  const { signal, trace = false } = options;
  signal?.throwIfAborted();
  const compiler = await findCompiler(options.compiler ?? "auto");
  const parent = options.folder ?? tmpdir();
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, `cnntargz-csim-${project.projectName}-`));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });

  let program: Program;
  try {
    await writeSources(folder, await sourcesOf(project));
    const { projectName } = project;
    program = await compileProgram(compiler, folder, {
      units: [`${projectName}_test.cpp`, `firmware/${projectName}.cpp`],
      defines: trace ? ["CNNTARGZ_TRACE"] : [],
      signal,
    });
  } catch (error) {
    await dispose();
    throw error;
  }

  const { inputType, inputsPerImage, outputsPerImage } = project.interface;
  const runNow: CSim["run"] = async (images, count, { signal, onProgress } = {}) => {
    if (images.length !== count * inputsPerImage) {
      throw new CnntargzError(
        "contract",
        `${count} images of ${inputsPerImage} values make ${count * inputsPerImage}, there are ${images.length}`,
      );
    }
    const write = decimalWriter(inputType);
    const outputs = new Float64Array(count * outputsPerImage);
    const traces: ReadonlyMap<string, Float64Array>[] = [];
    for (let from = 0; from < count; from += CHUNK) {
      signal?.throwIfAborted();
      const to = Math.min(from + CHUNK, count);
      const input = formatImages(images, from, to, inputsPerImage, write);
      const part = outputs.subarray(from * outputsPerImage, to * outputsPerImage);
      await rm(join(folder, TRACE), { force: true });
      await runChunk(project, program, folder, input, part, to - from, signal);
      if (trace) {
        const log = await readFile(join(folder, TRACE), "utf8");
        traces.push(...readTrace(log, project.traceNames));
      }
      onProgress?.(to / count);
    }
    return { outputs, traces: trace ? traces : null };
  };
  // Runs share files: one after the other.
  let last: Promise<unknown> = Promise.resolve();
  return {
    compiler: `${compiler.name} ${compiler.version}`,
    run(images, count, runOptions) {
      const result = last.then(() => runNow(images, count, runOptions));
      last = result.catch(() => undefined);
      return result;
    },
    dispose,
  };
}
