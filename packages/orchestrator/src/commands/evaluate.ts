import type { MuonSpectrum } from "@cnntargz/contracts";
import { type Command, InvalidArgumentError } from "commander";

import { createConsole } from "../console.js";
import { addTalkOptions, printResult, stopSignal, type TalkOptions } from "./command-options.js";

interface EvaluateOptions extends TalkOptions {
  threshold: number;
  bins: "default" | "published" | number[];
  scan?: true | number[];
  fakeRate: number;
  plateau: number;
  windowStride: number;
  spectrum?: MuonSpectrum | "none";
  muonRate?: number;
  crossing: number;
}

/** A commander argument parser for numbers that `holds`. */
function numberThat(what: string, holds: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value) || !holds(value)) {
      throw new InvalidArgumentError(`it must be ${what}.`);
    }
    return value;
  };
}

const positive = numberThat("a positive number", (value) => value > 0);
const fraction = numberThat("a number from 0 to 1", (value) => value >= 0 && value <= 1);

function parseBins(text: string): EvaluateOptions["bins"] {
  if (text === "default" || text === "published") return text;
  const edges = text.split(",").map((edge) => positive(edge));
  if (edges.length < 2 || edges.some((edge, i) => i > 0 && edge <= edges[i - 1]!)) {
    throw new InvalidArgumentError("it must be default, published or rising edges: 3,5,8,10,20.");
  }
  return edges;
}

function parseScan(text: string): number[] {
  const [from, to, step, ...rest] = text.split(":").map((part) => positive(part));
  if (
    from === undefined ||
    to === undefined ||
    step === undefined ||
    rest.length > 0 ||
    to < from
  ) {
    throw new InvalidArgumentError("it must be FROM:TO:STEP in GeV, such as 5:15:0.5.");
  }
  // In whole steps, so that 5:15:0.1 ends with 15.
  return Array.from(
    { length: Math.floor((to - from) / step + 1e-9) + 1 },
    (_, index) => from + index * step,
  );
}

function parseSpectrum(text: string): MuonSpectrum | "none" {
  if (text === "none") return text;
  const [, kind, value = ""] = /^(power|exponential):(.+)$/.exec(text) ?? [];
  if (kind === "power") {
    const above1 = numberThat("a power above 1", (power) => power > 1);
    return { kind, power: above1(value) };
  }
  if (kind === "exponential") return { kind, slopePerGeV: positive(value) };
  throw new InvalidArgumentError("it must be power:N, exponential:SLOPE or none.");
}

/** Add `cnntargz evaluate`. */
export function addEvaluateCommand(program: Command): void {
  const command = program
    .command("evaluate")
    .description("Trigger performance of predictions in files, several models side by side")
    .argument("<files...>", "predictions: .json of a run, or .npz or .csv with the columns below")
    .option("--threshold <GeV>", "an event fires at predicted pT >= this", positive, 10)
    .option(
      "--bins <edges>",
      "turn-on bins: default (1 GeV, 3..20), published, or edges in GeV",
      parseBins,
      "default",
    )
    .option("--scan [from:to:step]", "print plateau and fake rate by threshold in GeV", parseScan)
    .option("--fake-rate <rate>", "fake rate that is required", fraction, 0.002)
    .option("--plateau <efficiency>", "plateau that is required", fraction, 0.95)
    .option(
      "--spectrum <spectrum>",
      "muons for the rate: power:N, exponential:SLOPE (per GeV) or none (default: power:4.5)",
      parseSpectrum,
    )
    .option("--muon-rate <Hz>", "true muons above threshold per second, for the total", positive)
    .option("--crossing <ns>", "time between two images", positive, 25)
    .option(
      "--window-stride <px>",
      "between windows in .npz and .csv; 16 when they overlap",
      positive,
      32,
    )
    .addHelpText(
      "after",
      `
Columns of a .csv file (first line names them) and arrays of a .npz file:
  predicted_pt_gev, true_pt_gev     always
  is_muon                           1 or 0; without it events of true pT 0 are background
  predicted_eta, true_eta, window   pseudorapidity and chosen window, for the eta figures

Examples:
  cnntargz evaluate runs/demo-seed1/predictions/*.json
  cnntargz evaluate mine.csv --threshold 12 --bins published
  cnntargz evaluate teacher.npz student.npz --scan 5:15:1
  cnntargz evaluate mine.csv --spectrum exponential:0.4 --muon-rate 20000 --json > mine.json`,
    );
  addTalkOptions(command).action(async (files: string[], options: EvaluateOptions) => {
    const console = createConsole({ json: options.json === true, quiet: options.quiet === true });
    const { evaluateFiles, evaluationText, PUBLISHED_PT_EDGES_GEV } =
      await import("./evaluate-library.js");
    const { bins } = options;
    const evaluations = await evaluateFiles(
      files,
      {
        thresholdGeV: options.threshold,
        binEdgesGeV:
          bins === "default" ? undefined : bins === "published" ? PUBLISHED_PT_EDGES_GEV : bins,
        scanGeV: Array.isArray(options.scan) ? options.scan : undefined,
        requiredFakeRate: options.fakeRate,
        requiredPlateau: options.plateau,
        spectrum: options.spectrum === "none" ? null : options.spectrum,
        muonHz: options.muonRate,
        bunchCrossingNs: options.crossing,
        windowStridePx: options.windowStride,
      },
      {
        signal: stopSignal(),
        onProgress: (progress) => {
          console.progress(progress);
        },
      },
    );
    for (const { file, performance } of evaluations) {
      console.info(`${file}: ${performance.muons} muons, ${performance.background} background`);
    }
    printResult(
      options,
      { models: evaluations },
      evaluationText(evaluations, { withScan: options.scan !== undefined }),
    );
  });
}
