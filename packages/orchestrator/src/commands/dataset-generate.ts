import { readFileSync, statSync } from "node:fs";

import { CnntargzError, type DatasetConfigInput } from "@cnntargz/contracts";
import { type Command, InvalidArgumentError, Option } from "commander";
import { parse } from "yaml";

import { createConsole } from "../console.js";
import {
  addTalkOptions,
  integerFrom,
  outFile,
  printResult,
  stopSignal,
  type TalkOptions,
} from "./command-options.js";

interface GenerateOptions extends TalkOptions {
  preset?: "flat" | "calibrated" | "helix";
  events?: number;
  seed?: number;
  config?: string;
  windows?: "disjoint" | "overlapping";
  pooling?: "average" | "or";
  noise?: number;
  range?: { start: number; count: number };
  workers: number;
  blockEvents: number;
  out: string;
}

function parseRange(text: string): { start: number; count: number } {
  const [, start, end] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (start === undefined || end === undefined || Number(end) <= Number(start)) {
    throw new InvalidArgumentError("it must be START:END, such as 1000:2000, END not included.");
  }
  return { start: Number(start), count: Number(end) - Number(start) };
}

function parseProbability(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError("it must be a number from 0 to 1.");
  }
  return value;
}

/** The fields in a YAML or JSON file. */
function readFields(path: string): object {
  let fields: unknown;
  try {
    fields = parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CnntargzError("config", `${path} can not be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) return fields;
  throw new CnntargzError("config", `${path} holds no fields of a dataset configuration`);
}

/** The configuration file, if any, under the options. */
function configOf(options: GenerateOptions): DatasetConfigInput {
  const file = options.config === undefined ? {} : readFields(options.config);
  const given = {
    preset: options.preset,
    events: options.events,
    seed: options.seed,
    windows: options.windows,
    pooling: options.pooling,
    noisePerPixel: options.noise,
  };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  // The generator checks the whole against its schema.
  return { seed: 1, ...file, ...set } as DatasetConfigInput;
}

/** Add `cnntargz dataset generate`. */
export function addGenerateCommand(dataset: Command): void {
  const command = dataset
    .command("generate")
    .description("Generate toy events into an HDF5 file")
    .addOption(
      new Option("--preset <name>", "generator (default: flat)").choices([
        "flat",
        "calibrated",
        "helix",
      ]),
    )
    .option("--events <integer>", "number of events", integerFrom(1))
    .option("--seed <integer>", "seed (default: 1)", integerFrom(0))
    .option("--config <file>", "fields of the dataset configuration, YAML or JSON; options win")
    .addOption(
      new Option("--windows <name>", "windows of fragmentation (default: disjoint)").choices([
        "disjoint",
        "overlapping",
      ]),
    )
    .addOption(
      new Option("--pooling <name>", "pooling of fragmentation (default: average)").choices([
        "average",
        "or",
      ]),
    )
    .option("--noise <probability>", "noise per pixel (default: 0.001)", parseProbability)
    .option("--range <start:end>", "only these events of the dataset", parseRange)
    .option("--workers <integer>", "worker threads; never changes the bytes", integerFrom(0), 0)
    .option(
      "--block-events <integer>",
      "events made at once; never changes the bytes",
      integerFrom(1),
      8192,
    )
    .requiredOption("--out <file>", "HDF5 file to write", outFile);
  addTalkOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  cnntargz dataset generate --preset flat --events 700000 --seed 1 --out events.h5
  cnntargz dataset generate --preset helix --events 10000 --windows overlapping --out helix.h5
  cnntargz dataset generate --config my-dataset.yaml --out mine.h5`,
    )
    .action(async (options: GenerateOptions) => {
      const console = createConsole({ json: options.json === true, quiet: options.quiet === true });
      const { generateToFile } = await import("./dataset-library.js");
      const { range, workers, blockEvents, out } = options;
      const info = await generateToFile(
        out,
        configOf(options),
        { workers, blockEvents, ...(range === undefined ? {} : { range }) },
        {
          signal: stopSignal(),
          onProgress: (progress) => {
            console.progress(progress);
          },
        },
      );
      const megabytes = statSync(out).size / 1e6;
      console.info(`${out}: ${info.events} events, ${megabytes.toFixed(1)} MB`);
      printResult(options, { ...info, path: out }, `digest ${info.digest}`);
    });
}
