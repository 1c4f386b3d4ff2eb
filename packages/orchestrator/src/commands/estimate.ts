import { Requirements } from "@cnntargz/contracts";
import type { Command } from "commander";

import { positiveUpTo, printResult } from "./command-options.js";
import { addHlsOptions, hlsConfigOf, type HlsOptions } from "./hls-options.js";

interface EstimateOptions extends HlsOptions {
  maxLatency: number;
  crossing: number;
  deviceShare: number;
  json?: true;
}

async function estimate(path: string, options: EstimateOptions): Promise<void> {
  // Loaded here, so that help does not wait.
  const { estimateDesign } = await import("../estimate-design.js");
  const { estimateText } = await import("../print-resources.js");
  const requirements = Requirements.parse({
    latencyNs: options.maxLatency,
    bunchCrossingNs: options.crossing,
    deviceShare: options.deviceShare,
  });
  const { estimate: result, verdict } = await estimateDesign(
    path,
    (run) => hlsConfigOf(options, run ?? undefined),
    requirements,
  );
  printResult(options, result, estimateText(result, verdict));
  process.exitCode = verdict.status === "pass" ? 0 : 3;
}

/** Add `cnntargz estimate`, resources and latency before any tool has run. */
export function addEstimateCommand(program: Command): void {
  const command = program
    .command("estimate")
    .description("Estimate resources and latency of a network's firmware, and whether it fits")
    .argument("<network>", "integer network (network.json) or run directory");
  addHlsOptions(command)
    .option("--max-latency <ns>", "required latency", positiveUpTo(Infinity), 400)
    .option("--crossing <ns>", "time between bunch crossings", positiveUpTo(Infinity), 25)
    .option("--device-share <fraction>", "part of the device that is free", positiveUpTo(1), 1)
    .option("--json", "print one JSON document on stdout and nothing else")
    .addHelpText(
      "after",
      `
Examples:
  cnntargz estimate runs/demo-seed1
  cnntargz estimate network.json --strategy resource --reuse-factor 6 --clock-period 3.125
  cnntargz estimate network.json --part xcku115 --device-share 0.25 --json

A run directory is estimated as its firmware was configured, unless options say otherwise.
Exit codes: 0 fits and is fast enough, 3 does not, or not surely.`,
    )
    .action(estimate);
}
