import {
  CnntargzError,
  type HlsConfig,
  type IntegerConv2d,
  type IntegerDense,
  type IntegerNetwork,
} from "@cnntargz/contracts";

import { isLegalReuseFactor, legalReuseFactors } from "./reuse-factor.js";

type Factor = "reuseFactor" | "parallelizationFactor";

/** Who speaks of factors: our own configuration, hls4ml's, or the command line. */
export type FactorWords = "hls" | "hls4ml" | "command line";

/** A layer whose factor is illegal, and what it could be. */
interface Misfit {
  readonly layer: string;
  readonly of: string;
  readonly wanted: number;
  readonly legal: readonly number[];
}

const MOST = 16;

/** The legal value next to the wanted one, the smaller of two as near: hls4ml's choice. */
function nearest({ wanted, legal }: Misfit): number {
  return legal.reduce((best, each) =>
    Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best,
  );
}

/** All legal values, or those around the wanted one. */
function listed({ wanted, legal }: Misfit): string {
  if (legal.length <= MOST) return legal.join(", ");
  if (legal.length === legal.at(-1)) return `1 to ${legal.length}`;
  const near = legal.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted)).slice(0, MOST);
  return `..., ${near.sort((a, b) => a - b).join(", ")}, ... (${legal.length} in all)`;
}

const KEYS = {
  reuseFactor: "ReuseFactor",
  parallelizationFactor: "ParallelizationFactor",
} as const;
const OPTIONS = {
  reuseFactor: "--reuse-factor",
  parallelizationFactor: "--parallelization-factor",
};

function nextStep(misfits: readonly Misfit[], factor: Factor, words: FactorWords): string {
  const key = (layer: string): string =>
    words === "hls4ml" ? `LayerName.${layer}.${KEYS[factor]}` : `layers.${layer}.${factor}`;
  const settings = misfits.map((each) => `${key(each.layer)}: ${nearest(each)}`).join(", ");
  if (words !== "command line") return `Set ${settings}`;
  const common = misfits[0]!.legal.filter((each) =>
    misfits.every(({ legal }) => legal.includes(each)),
  );
  return `All of these take ${OPTIONS[factor]} ${common.slice(0, MOST).join(", ")}; by layer, set in a --config file: ${settings}`;
}

function refuse(misfits: readonly Misfit[], factor: Factor, words: FactorWords): void {
  if (misfits.length === 0) return;
  const name = factor === "reuseFactor" ? "reuse factor" : "parallelization factor";
  const lines = misfits.map(
    (each) =>
      `layer ${each.layer}: ${name} ${each.wanted} does not ${each.of}; legal values are ${listed(each)}; the nearest is ${nearest(each)}`,
  );
  throw new CnntargzError("config", [...lines, `${nextStep(misfits, factor, words)}.`].join("\n"));
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

function reuseMisfit(layer: IntegerConv2d | IntegerDense, config: HlsConfig): Misfit[] {
  const own = config.layers?.[layer.name];
  const strategy = own?.strategy ?? config.strategy;
  const wanted = own?.reuseFactor ?? config.reuseFactor;
  const outputs = layer.outputShape[2];
  const inputs = layer.weights.values.length / outputs;
  if (isLegalReuseFactor(inputs, outputs, strategy, wanted)) return [];
  const legal =
    strategy === "latency" ? range(inputs * outputs) : legalReuseFactors(inputs, outputs);
  const of = `fit its ${inputs} x ${outputs} product with strategy ${strategy}`;
  return [{ layer: layer.name, of, wanted, legal }];
}

function pixelMisfit(layer: IntegerConv2d, config: HlsConfig): Misfit[] {
  if (config.ioType === "io_stream") return [];
  const wanted = config.layers?.[layer.name]?.parallelizationFactor ?? config.parallelizationFactor;
  const pixels = layer.outputShape[0] * layer.outputShape[1];
  if (pixels % wanted === 0) return [];
  const legal = range(pixels).filter((n) => pixels % n === 0);
  return [{ layer: layer.name, of: `divide its ${pixels} output pixels`, wanted, legal }];
}

/**
 * Check the reuse and parallelization factors of all layers.
 *
 * @param words in whose words the next step is told
 * @throws CnntargzError `config` naming every layer with an illegal factor, the legal values and the one
 * that hls4ml would take.
 */
export function requireLegalFactors(
  network: IntegerNetwork,
  config: HlsConfig,
  words: FactorWords = "hls",
): void {
  const convolutions = network.layers.filter((layer) => layer.kind === "conv2d");
  const products = network.layers.filter(
    (layer) => layer.kind === "conv2d" || layer.kind === "dense",
  );
  refuse(
    products.flatMap((layer) => reuseMisfit(layer, config)),
    "reuseFactor",
    words,
  );
  refuse(
    convolutions.flatMap((layer) => pixelMisfit(layer, config)),
    "parallelizationFactor",
    words,
  );
}
