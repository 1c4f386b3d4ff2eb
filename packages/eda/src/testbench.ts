import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CnntargzError, type HlsProject } from "@cnntargz/contracts";
import { fractionBits } from "@cnntargz/fixed-point";

import type { Program } from "./compile-program.js";
import { readIntegers } from "./read-integers.js";

const INPUTS = "tb_data/tb_input_features.dat";
const RESULTS = "tb_data/csim_results.log";

/**
 * Run the images [from, to) through a project's own test bench, which reads and writes decimals; the
 * outputs go to `outputs`, integers in units of the output type's last bit.
 */
export async function runTestbench(
  project: HlsProject,
  program: Program,
  folder: string,
  images: ArrayLike<number>,
  [from, to]: readonly [number, number],
  outputs: Float64Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { inputType, inputsPerImage, outputType, outputsPerImage } = project.interface;
  const unit = 2 ** -fractionBits(inputType);
  const lines: string[] = [];
  for (let image = from; image < to; image += 1) {
    // The shortest decimals that are these doubles and no others.
    const words = Array.from({ length: inputsPerImage }, (_, i) =>
      String(images[image * inputsPerImage + i]! * unit),
    );
    lines.push(`${words.join(" ")}\n`);
  }
  await writeFile(join(folder, INPUTS), lines.join(""));
  await program.run(folder, signal);
  const results = (await readFile(join(folder, RESULTS), "utf8")).split("\n");
  // The last line ends with a line break.
  if (results.length !== to - from + 1) {
    throw new CnntargzError(
      "tool",
      `${RESULTS} of project ${project.projectName} has ${results.length - 1} lines for ${to - from} images; the test bench and the images do not belong together`,
    );
  }
  for (let image = 0; image < to - from; image += 1) {
    const values = readIntegers(results[image]!, outputType, RESULTS);
    if (values.length !== outputsPerImage) {
      throw new CnntargzError(
        "tool",
        `${RESULTS} of project ${project.projectName}: a line has ${values.length} values, expected ${outputsPerImage}`,
      );
    }
    outputs.set(values, image * outputsPerImage);
  }
}
