import { CnntargzError, type HlsProject } from "@cnntargz/contracts";
import { formatType, fractionBits } from "@cnntargz/fixed-point";

/**
 * The numbers that a C-simulation gave, image after image, as integers in units of the output type's
 * last bit, and as the windows of a fragmenter.
 *
 * @throws CnntargzError `tool` when a number is no whole number of units.
 */
export function splitResults(
  project: HlsProject,
  values: Float64Array,
): { outputs: Float64Array; windows: Float64Array | null } {
  const { outputType, outputsPerImage, windowType } = project.interface;
  const perImage = outputsPerImage + (windowType === null ? 0 : 1);
  const count = values.length / perImage;
  const scale = 2 ** fractionBits(outputType);
  const outputs = new Float64Array(count * outputsPerImage);
  const windows = windowType === null ? null : new Float64Array(count);
  for (let image = 0; image < count; image += 1) {
    for (let output = 0; output < outputsPerImage; output += 1) {
      const value = values[image * perImage + output]!;
      const integer = value * scale;
      if (!Number.isSafeInteger(integer)) {
        throw new CnntargzError(
          "tool",
          `the C-simulation of project ${project.projectName} gave ${value}, which is not a multiple of the last bit of ${formatType(outputType)} that fits 53 bits; the project's interface and its code do not belong together`,
        );
      }
      // Doubles know a negative zero, integers do not.
      outputs[image * outputsPerImage + output] = integer + 0;
    }
    if (windows !== null) windows[image] = values[image * perImage + outputsPerImage]!;
  }
  return { outputs, windows };
}
