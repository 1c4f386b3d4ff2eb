import { LAYERS } from "@cnntargz/contracts";
import type { DatasetDescription, FragmentationLoss } from "@cnntargz/dataset";
import type { Command } from "commander";

import { createConsole } from "../console.js";
import { formatTable } from "../table.js";
import {
  addTalkOptions,
  integerFrom,
  printResult,
  stopSignal,
  type TalkOptions,
} from "./command-options.js";

interface InspectOptions extends TalkOptions {
  ptBins: number;
}

const fixed = (value: number | null, digits: number): string =>
  value === null ? "-" : value.toFixed(digits);

function spectrumLines(name: string, { low, high, counts }: DatasetDescription["ptSpectrum"]) {
  const most = Math.max(1, ...counts);
  const size = (high - low) / counts.length;
  return [
    name,
    ...counts.map((count, bin) => {
      const from = (low + bin * size).toFixed(2).padStart(6);
      const to = (low + (bin + 1) * size).toFixed(2).padStart(6);
      return `${from} ..${to}  ${String(count).padStart(8)}  ${"#".repeat((40 * count) / most)}`;
    }),
    "",
  ];
}

function lossLines(losses: readonly FragmentationLoss[]): string[] {
  // Pooling loses no layers: one column per choice of windows.
  const [first, ...others] = losses.filter(({ pooling }) => pooling === "average");
  const windows = [first!, ...others];
  const { keptLayers: bins } = first!;
  const kept =
    bins === null
      ? []
      : [
          "track layers lost by fragmentation (mean of 9), and muons that keep all nine, by true pT",
          formatTable(
            [
              "pT (GeV)",
              "muons",
              ...windows.flatMap(({ windows: name }) => [`${name}: lost`, "all kept"]),
            ],
            bins.map((bin, index) => [
              `${bin.ptLowGeV.toFixed(1)}-${bin.ptHighGeV.toFixed(1)}`,
              String(bin.muons),
              ...windows.flatMap(({ keptLayers }) => [
                fixed(keptLayers?.[index]!.meanLayersLost ?? null, 2),
                fixed(keptLayers?.[index]!.allKept ?? null, 3),
              ]),
            ]),
          ),
          "",
        ];
  return [
    ...kept,
    formatTable(
      ["windows, pooling", "hits in window", "strip pairs that look like one hit"],
      losses.map((loss) => [
        `${loss.windows}, ${loss.pooling}`,
        loss.meanHits.toFixed(2),
        loss.meanHitsHidden.toFixed(2),
      ]),
    ),
  ];
}

function textOf(description: DatasetDescription): string {
  const { muons, positiveMuons, layerOccupancy, layerEfficiency, fragmentation } = description;
  const charge = positiveMuons === null ? "charge not known" : `${positiveMuons} of charge +1`;
  return [
    `${description.events} events: ${muons} muons (${charge}), ${description.background} background`,
    `${fixed(description.meanHits, 2)} hits per image`,
    "",
    formatTable(
      ["layer", "occupancy", "muons seen"],
      Array.from({ length: LAYERS }, (_, layer) => [
        String(layer + 1),
        layerOccupancy?.[layer]!.toExponential(3) ?? "-",
        fixed(muons === 0 ? null : (layerEfficiency?.[layer] ?? null), 4),
      ]),
    ),
    "",
    ...spectrumLines("pT (GeV)", description.ptSpectrum),
    ...spectrumLines("eta", description.etaSpectrum),
    ...(fragmentation === null ? [] : lossLines(fragmentation)),
  ].join("\n");
}

/** Add `cnntargz dataset inspect`. */
export function addInspectCommand(dataset: Command): void {
  const command = dataset
    .command("inspect")
    .description("Check a dataset file and say what it holds: counts, spectra, occupancy, losses")
    .argument("<file>", "HDF5 file of a dataset")
    .option("--pt-bins <integer>", "bins of true pT", integerFrom(1), 17);
  addTalkOptions(command).action(async (path: string, options: InspectOptions) => {
    const console = createConsole({ json: options.json === true, quiet: options.quiet === true });
    const { checkDigest, DatasetDescriber, DatasetSummary, openDataset } =
      await import("./dataset-library.js");
    const signal = stopSignal();
    const file = await openDataset(path);
    try {
      const describer = new DatasetDescriber(file.config, options.ptBins);
      const summary = new DatasetSummary(file.config);
      for (const block of file.blocks()) {
        signal.throwIfAborted();
        const fraction = (block.firstEvent - file.firstEvent) / file.count;
        console.progress({ task: "dataset: inspect", fraction });
        describer.add(block);
        summary.add(block);
      }
      checkDigest(file, summary);
      const description = describer.describe();
      const { digest, config, firstEvent } = file;
      printResult(
        options,
        { digest, firstEvent, config, ...description },
        `${path}: preset ${config.preset}, seed ${config.preset === "imported" ? "-" : config.seed}, digest ${digest} (contents agree)\n${textOf(description)}`,
      );
    } finally {
      file.close();
    }
  });
}
