import { CnntargzError } from "@cnntargz/contracts";

/** How two computations of the same outputs compare. */
export interface OutputComparison {
  readonly images: number;
  /** Outputs that differ, over all images. */
  readonly mismatches: number;
  readonly firstMismatch: {
    readonly image: number;
    readonly output: number;
    readonly expected: number;
    readonly actual: number;
  } | null;
}

/**
 * Compare outputs (images x outputsPerImage, integers) of a candidate with a reference's, exactly.
 *
 * @throws CnntargzError `contract` when the lengths differ or are no whole number of images.
 */
export function compareOutputs(
  reference: ArrayLike<number>,
  candidate: ArrayLike<number>,
  outputsPerImage: number,
): OutputComparison {
  if (reference.length !== candidate.length || reference.length % outputsPerImage !== 0) {
    throw new CnntargzError(
      "contract",
      `can not compare ${reference.length} reference outputs with ${candidate.length}: both must be the same whole number of images of ${outputsPerImage} outputs`,
    );
  }
  let mismatches = 0;
  let firstMismatch: OutputComparison["firstMismatch"] = null;
  for (let i = 0; i < reference.length; i += 1) {
    const expected = reference[i]!;
    const actual = candidate[i]!;
    if (expected === actual) continue;
    mismatches += 1;
    firstMismatch ??= {
      image: Math.floor(i / outputsPerImage),
      output: i % outputsPerImage,
      expected,
      actual,
    };
  }
  return { images: reference.length / outputsPerImage, mismatches, firstMismatch };
}
