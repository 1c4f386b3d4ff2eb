import { CnntargzError } from "@cnntargz/contracts";

import { RunConfig, type RunConfigInput } from "./config.js";

/**
 * Toy events, Teacher 9x16, Student at 4 bits with the Teacher's three hints, HLS firmware and
 * verdict, in minutes on two cores. Fewer events and epochs than the slides' study. Its figures are
 * the defaults of every run.
 */
const demo: RunConfigInput = { name: "demo" };

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
