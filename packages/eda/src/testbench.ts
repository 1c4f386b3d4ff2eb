import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CnntargzError, type HlsProject } from "@cnntargz/contracts";
import { fractionBits } from "@cnntargz/fixed-point";

import type { Program } from "./compile-program.js";
import { valuesPerImage } from "./harness.js";

const INPUTS = "tb_data/tb_input_features.dat";
const RESULTS = "tb_data/csim_results.log";

/**
 * Run the images [from, to) through a project's own test bench, which reads and writes decimals: gives
 * what the harness gives.
 *
 * @throws CnntargzError `tool` when the program fails or its log has not a line of numbers per image.
 */
export async function runTestbench(
  project: HlsProject,
  program: Program,
  folder: string,
  images: ArrayLike<number>,
  [from, to]: readonly [number, number],
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { inputType, inputsPerImage } = project.interface;
  const unit = 2 ** -fractionBits(inputType);
  const input: string[] = [];
  for (let image = from; image < to; image += 1) {
    // The shortest decimals that are these doubles and no others.
    const words = Array.from({ length: inputsPerImage }, (_, i) =>
      String(images[image * inputsPerImage + i]! * unit),
    );
    input.push(`${words.join(" ")}\n`);
  }
  await writeFile(join(folder, INPUTS), input.join(""));
  await program.run(folder, signal);
  // The last line ends with a line break.
  const lines = (await readFile(join(folder, RESULTS), "utf8")).split("\n").slice(0, -1);
  if (lines.length !== to - from) {
    throw new CnntargzError(
      "tool",
      `${RESULTS} of project ${project.projectName} has ${lines.length} lines for ${to - from} images; the test bench and the images do not belong together`,
    );
  }
  const perImage = valuesPerImage(project);
  const results = new Float64Array(lines.length * perImage);
  for (const [image, line] of lines.entries()) {
    const words = line.split(" ").filter((word) => word !== "");
    if (words.length !== perImage) {
      throw new CnntargzError(
        "tool",
        `${RESULTS} of project ${project.projectName}: a line has ${words.length} values, expected ${perImage}`,
      );
    }
    results.set(words.map(Number), image * perImage);
  }
  return results;
}
