import { CnntargzError } from "@cnntargz/contracts";

import { RunConfig, type RunConfigInput } from "./config.js";

/**
 * Toy events, Teacher 9x16, Student at 4 bits with the Teacher's three hints, HLS firmware and
 * verdict, in minutes on two cores. Fewer events and epochs than the slides' study; why these
 * figures: docs/training-recipe.md.
 */
const demo: RunConfigInput = {
  name: "demo",
  dataset: { split: { train: 100_000, validation: 10_000, test: 40_000 } },
  teacher: {
    train: {
      epochs: 3,
      batchSize: 128,
      learningRate: 0.002,
      finalLearningRateFraction: 0.02,
      etaWeight: 0.3,
    },
  },
  student: {
    train: {
      epochs: 10,
      batchSize: 256,
      learningRate: 0.004,
      finalLearningRateFraction: 0.01,
      etaWeight: 0.3,
    },
  },
  quantization: {
    bits: 4,
    calibrationPercentile: 0.99,
    train: {
      epochs: 15,
      batchSize: 256,
      learningRate: 0.008,
      finalLearningRateFraction: 0.02,
      etaWeight: 0.3,
    },
  },
  distillation: {
    hints: [
      { student: "conv1b", teacher: "conv1b", gamma: 0.01 },
      { student: "conv2b", teacher: "conv2c", gamma: 0.01 },
      { student: "dense2", teacher: "dense2", gamma: 0.01 },
    ],
    fadeFraction: 0.7,
  },
};

const presets: Readonly<Record<string, RunConfigInput>> = { demo };

/** Names of the configurations that ship with the program. */
export const presetNames: readonly string[] = Object.keys(presets);

/**
 * The full configuration of a preset.
 *
 * @throws CnntargzError `config` for an unknown name.
 */
export function presetConfig(name: string): RunConfig {
  const preset = presets[name];
  if (preset === undefined) {
    throw new CnntargzError(
      "config",
      `preset ${name} is not known, choose one of: ${presetNames.join(", ")}`,
    );
  }
  return RunConfig.parse(preset);
}
