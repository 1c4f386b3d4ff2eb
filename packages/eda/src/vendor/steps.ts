import { CnntargzError } from "@cnntargz/contracts";

/** What a vendor flow can do, in the order in which it does it. */
export const VENDOR_STEPS = ["csim", "csynth", "cosim", "export", "vsynth"] as const;
export type VendorStep = (typeof VENDOR_STEPS)[number];

/**
 * The switches of hls4ml's and hls-codegen's build scripts for some steps. `reset` deletes what is in
 * the project, so only a new synthesis may begin with it.
 */
export function scriptOptions(
  steps: ReadonlySet<VendorStep>,
): readonly (readonly [name: string, value: 0 | 1])[] {
  const bit = (on: boolean): 0 | 1 => (on ? 1 : 0);
  return [
    ["reset", bit(steps.has("csynth"))],
    ["csim", bit(steps.has("csim"))],
    ["synth", bit(steps.has("csynth"))],
    ["cosim", bit(steps.has("cosim"))],
    // The scripts compare the logs of both simulations, which must then be of this run.
    ["validation", bit(steps.has("csim") && steps.has("cosim"))],
    ["export", bit(steps.has("export"))],
    ["vsynth", bit(steps.has("vsynth"))],
    ["fifo_opt", 0],
  ];
}

/** The text of build_opt.tcl. */
export function optionFile(options: ReturnType<typeof scriptOptions>): string {
  const lines = options.map(([name, value]) => `    ${name.padEnd(10)} ${value}\n`);
  return `array set opt {\n${lines.join("")}}\n`;
}

/** The stages that the build scripts announce as `***** C SIMULATION *****`. */
const STAGES: Readonly<Record<string, VendorStep | "validation">> = {
  "C SIMULATION": "csim",
  "C/RTL SYNTHESIS": "csynth",
  "C/RTL SIMULATION": "cosim",
  "C/RTL VALIDATION": "validation",
  "EXPORT IP": "export",
  "VIVADO SYNTHESIS": "vsynth",
};

/** The stage that a line of the log begins, or null. */
export function stageOf(line: string): VendorStep | "validation" | null {
  const title = /^\*{5} ([A-Z/ ]+?) \*{5}\s*$/.exec(line)?.[1];
  return title === undefined ? null : (STAGES[title] ?? null);
}

/** Throws `config` when there is nothing to do. */
export function requireSteps(steps: ReadonlySet<VendorStep>): void {
  if (steps.size === 0) {
    throw new CnntargzError(
      "config",
      `a vendor flow needs at least one step: ${VENDOR_STEPS.join(", ")}`,
    );
  }
}
