import { HintPlan, parseContract } from "@cnntargz/contracts";

/**
 * Hints for `student9x16` from `teacher9x16`, one for each block, as in the original design:
 * conv1b from conv1b, conv2b from conv2c, dense2 from dense2. They fade out, so that the end of the
 * training belongs to the labels.
 */
export const defaultHintPlan: HintPlan = parseContract(
  HintPlan,
  {
    hints: [
      { student: "conv1b", teacher: "conv1b", gamma: 0.01 },
      { student: "conv2b", teacher: "conv2c", gamma: 0.01 },
      { student: "dense2", teacher: "dense2", gamma: 0.01 },
    ],
    gate: "sample",
    fadeFraction: 0.7,
  },
  "default hint plan",
);
