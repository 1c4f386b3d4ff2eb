import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type HlsProject, parseOptions, z } from "@cnntargz/contracts";

import { readProjectFolder } from "../vendor/read-project-folder.js";
import { type CallRole, callsOf, portsOf, valueTypeOf } from "./top-function.js";

/** A layer of a project that hls4ml wrote, in order of execution. */
export interface Hls4mlLayer {
  /** hls4ml's name of it, and its key in a trace. */
  readonly name: string;
  readonly role: CallRole;
}

/** A project that hls4ml wrote, to compile with `compileCSim`. */
export interface Hls4mlProject {
  readonly project: HlsProject;
  readonly layers: readonly Hls4mlLayer[];
  /** The folder of the project's own ap_fixed.h; null without one. */
  readonly apTypes: string | null;
}

/** Whether a folder holds a project that hls4ml wrote, with its library of layers. */
export const isHls4mlProject = (folder: string): boolean =>
  existsSync(join(folder, "firmware", "nnet_utils"));

const TRACE = fileURLToPath(new URL("../../harness/hls4ml_trace.h", import.meta.url));

/** Texts of the files below a folder whose names match, by path. */
async function textsOf(folder: string, pattern: RegExp): Promise<[string, string][]> {
  const paths = (await readdir(folder, { recursive: true }))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => pattern.test(path) && !path.startsWith("ap_types/"))
    .sort();
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => [
      path,
      await readFile(join(folder, path), "utf8"),
    ]),
  );
}

const imageSizes = z.strictObject({ inputs: z.int().min(1), outputs: z.int().min(1) });

/**
 * Read a project that hls4ml wrote for Vitis or Vivado. Its top function gets a trace of each layer's
 * output, for `compileCSim` with `trace`.
 *
 * @param sizes values per image that go in and come out
 * @throws CnntargzError `artifact` when the folder holds no such project.
 */
export async function readHls4mlProject(
  folder: string,
  sizes: { readonly inputs: number; readonly outputs: number },
): Promise<Hls4mlProject> {
  parseOptions(imageSizes, sizes, "readHls4mlProject");
  const { projectName } = await readProjectFolder(folder);
  const firmware = join(folder, "firmware");
  const files = Object.fromEntries(
    (await textsOf(firmware, /\.(?:cpp|h)$/)).map(([path, text]) => [`firmware/${path}`, text]),
  );
  const top = `firmware/${projectName}.cpp`;
  const header = `firmware/${projectName}.h`;
  const { ioType, input, output } = portsOf(files[header] ?? "", projectName, join(folder, header));
  const defines = files["firmware/defines.h"] ?? "";
  const typeOf = (type: string) => valueTypeOf(defines, type, join(firmware, "defines.h"));

  const lines = (files[top] ?? "").split("\n");
  const calls = callsOf(files[top] ?? "");
  const added = new Map<number, string>();
  for (const [index, { line, output: variable }] of calls.entries()) {
    const traced =
      ioType === "io_stream"
        ? `trace_stream("l${index}", ${variable})`
        : variable === output.name
          ? `trace_values("l${index}", ${variable}, ${sizes.outputs})`
          : `trace_array("l${index}", ${variable})`;
    added.set(line, `\n#ifdef CNNTARGZ_TRACE\n    csim::${traced};\n#endif`);
  }
  // After the project's own includes, so that its types are known.
  const lastInclude = lines.findLastIndex((text) => /^\s*#include\b/.test(text));
  added.set(lastInclude, '\n#include "../hls4ml_trace.h"');
  const instrumented = lines.map((text, line) => text + (added.get(line) ?? "")).join("\n");

  // In simulation, the firmware reads its weights from text in WEIGHTS_DIR, "weights" by default.
  const weights = Object.fromEntries(await textsOf(firmware, /^weights\/.*\.txt$/));
  const apTypes = join(firmware, "ap_types");
  return {
    project: {
      kind: "hls-project",
      schemaVersion: 1,
      projectName,
      interface: {
        ioType,
        inputType: typeOf(input.type),
        inputsPerImage: sizes.inputs,
        inputChannels: sizes.inputs,
        outputType: typeOf(output.type),
        outputsPerImage: sizes.outputs,
        outputChannels: sizes.outputs,
        windowType: null,
      },
      traceNames: Object.fromEntries(calls.map(({ layer }, index) => [`l${index}`, layer])),
      files: {
        ...files,
        ...weights,
        [top]: instrumented,
        "hls4ml_trace.h": await readFile(TRACE, "utf8"),
      },
      executables: [],
    },
    layers: calls.map(({ layer, role }) => ({ name: layer, role })),
    apTypes: existsSync(join(apTypes, "ap_fixed.h")) ? apTypes : null,
  };
}
