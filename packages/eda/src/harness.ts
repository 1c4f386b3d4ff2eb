import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { CnntargzError, type HlsProject } from "@cnntargz/contracts";
import { formatType, fractionBits, maxInteger, minInteger } from "@cnntargz/fixed-point";

import type { Program } from "./compile-program.js";

/** A float64 carries integers of so many bits. */
const EXACT_BITS = 53;
const INPUTS = "csim_inputs.bin";
const OUTPUTS = "csim_outputs.bin";

/** The sources that run a project's top function over images in a file; see harness/csim_main.cpp. */
export async function harnessSources(project: HlsProject): Promise<Record<string, string>> {
  const { projectName } = project;
  const { inputsPerImage, outputsPerImage, windowType } = project.interface;
  const main = fileURLToPath(new URL("../harness/csim_main.cpp", import.meta.url));
  return {
    "csim_main.cpp": await readFile(main, "utf8"),
    "csim_project.h": `#include "firmware/${projectName}.h"
#define CNNTARGZ_TOP ${projectName}
#define CNNTARGZ_INPUTS ${inputsPerImage}
#define CNNTARGZ_OUTPUTS ${outputsPerImage}
#define CNNTARGZ_WINDOWS ${windowType === null ? 0 : 1}
`,
  };
}

/** Numbers that a C-simulation gives for an image. */
export function valuesPerImage({ interface: { outputsPerImage, windowType } }: HlsProject): number {
  return outputsPerImage + (windowType === null ? 0 : 1);
}

/** Throws `inexact` when a project's inputs or outputs have more bits than a float64 carries. */
export function requireExactInterface(project: HlsProject): void {
  const { inputType, outputType } = project.interface;
  for (const [what, type] of [
    ["inputs", inputType],
    ["outputs", outputType],
  ] as const) {
    if (type.width > EXACT_BITS) {
      throw new CnntargzError(
        "inexact",
        `${what} of type ${formatType(type)} do not fit the float64 that C-simulation exchanges; use at most ${EXACT_BITS} bits`,
      );
    }
  }
}

/** Throws `contract` for the first image value that is no integer of the input type. */
export function requireImageIntegers(project: HlsProject, images: ArrayLike<number>): void {
  const { inputType } = project.interface;
  const min = Number(minInteger(inputType));
  const max = Number(maxInteger(inputType));
  for (let i = 0; i < images.length; i += 1) {
    const value = images[i]!;
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new CnntargzError(
        "contract",
        `input ${value} is not an integer in ${min}..${max}, units of the last bit of ${formatType(inputType)}`,
      );
    }
  }
}

/**
 * Run the images [from, to) through a compiled harness: gives, image after image, the outputs as
 * numbers and, of a project with a fragmenter, the window it chose.
 *
 * @throws CnntargzError `tool` when the program fails or gives something else.
 */
export async function runHarness(
  project: HlsProject,
  program: Program,
  folder: string,
  images: ArrayLike<number>,
  [from, to]: readonly [number, number],
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { inputType, inputsPerImage } = project.interface;
  const unit = 2 ** -fractionBits(inputType);
  const first = from * inputsPerImage;
  const input = new Float64Array((to - from) * inputsPerImage);
  for (let i = 0; i < input.length; i += 1) input[i] = images[first + i]! * unit;
  await writeFile(join(folder, INPUTS), new Uint8Array(input.buffer));
  await program.run(folder, signal);
  const bytes = await readFile(join(folder, OUTPUTS));
  const expected = (to - from) * valuesPerImage(project) * 8;
  if (bytes.byteLength !== expected) {
    throw new CnntargzError(
      "tool",
      `the C-simulation of project ${project.projectName} gave ${bytes.byteLength} bytes for ${to - from} images, expected ${expected}`,
    );
  }
  return new Float64Array(Uint8Array.from(bytes).buffer);
}
