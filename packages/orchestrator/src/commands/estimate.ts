import { CnntargzError, Requirements } from "@cnntargz/contracts";
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
  const { existsSync, statSync } = await import("node:fs");
  const { exitCode, judgeResources, percentOf, renderResources, renderVerdict, timingOf } =
    await import("@cnntargz/fpga-eval");
  const { estimateNetwork, readNetwork } = await import("../estimate-network.js");
  const { readRunFiles } = await import("../run-files.js");

  if (!existsSync(path)) {
    throw new CnntargzError(
      "artifact",
      `${path} does not exist; give an integer network or a run directory`,
    );
  }
  const run = statSync(path).isDirectory() ? readRunFiles(path) : null;
  const file = run?.network ?? path;
  const hls = await hlsConfigOf(options, run?.hls);
  const network = readNetwork(file);
  const { resources } = estimateNetwork(network, hls);
  const requirements = Requirements.parse({
    latencyNs: options.maxLatency,
    bunchCrossingNs: options.crossing,
    deviceShare: options.deviceShare,
  });
  const verdict = judgeResources(resources, requirements);
  const { latencyNs, intervalNs } = timingOf(resources);
  const interval = verdict.rows.at(-1)!;
  printResult(
    options,
    {
      network: network.name,
      file,
      hls,
      resources,
      percent: percentOf(resources),
      latencyNs,
      intervalNs,
      keepsUp: interval.status === "pass",
      requirements: verdict.rows,
      status: verdict.status,
    },
    `${network.name} (${file}): ${hls.backend}, ${hls.ioType}, strategy ${hls.strategy}, reuseFactor ${hls.reuseFactor}, ${hls.clockPeriodNs} ns, ${hls.part}\n\n` +
      `${renderResources(resources)}\n${renderVerdict(verdict)}`,
  );
  process.exitCode = exitCode(verdict);
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
