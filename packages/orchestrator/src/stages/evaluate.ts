import type { IntegerNetwork, TriggerPerformance } from "@cnntargz/contracts";
import {
  type EventRange,
  etaLocal,
  pixelIntegers,
  type ToyDataset,
  windowStride,
} from "@cnntargz/dataset";
import { compileNetwork, fractionBits } from "@cnntargz/fixed-point";
import { evaluateTrigger } from "@cnntargz/trigger-eval";

import type { RunContext } from "../run-context.js";
import { makeNoiseData } from "./dataset.js";

/** Trigger threshold on predicted pT, as in the slides. */
const THRESHOLD_GEV = 10;

/** Trigger performance of raw outputs (n, 2) in target units on the events `range`. */
export function performanceOf(
  dataset: ToyDataset,
  { start, count }: EventRange,
  outputs: ArrayLike<number>,
  ptScaleGeV: number,
): TriggerPerformance {
  const stride = windowStride(dataset.config);
  const perEvent = (value: (row: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, row) => value(row));
  return evaluateTrigger(
    {
      predictedPtGeV: perEvent((row) => outputs[2 * row]! * ptScaleGeV),
      predictedEtaLocal: perEvent((row) => outputs[2 * row + 1]!),
      truePtGeV: perEvent((row) => dataset.labels[2 * (start + row)]!),
      trueEtaLocal: perEvent((row) =>
        etaLocal(dataset.x0[start + row]!, dataset.window[start + row]!, stride),
      ),
      isMuon: dataset.isMuon.subarray(start, start + count),
    },
    { thresholdGeV: THRESHOLD_GEV },
  );
}

/** Outputs (n, 2) of an integer network for the events `range`, in target units. */
function integerOutputs(
  network: IntegerNetwork,
  dataset: ToyDataset,
  range: EventRange,
): Float64Array {
  const lsb = 2 ** -fractionBits(network.layers.at(-1)!.resultType);
  const images = pixelIntegers(dataset, range);
  return compileNetwork(network)
    .run(images, range.count)
    .map((value) => value * lsb);
}

/** Performance of the integer network on background at each noise level of the scan. */
export async function scanNoise(
  run: RunContext,
  network: IntegerNetwork,
): Promise<{ noisePerPixel: number; performance: TriggerPerformance }[]> {
  const scan = [];
  for (const noisePerPixel of run.config.dataset.noiseScan.noisePerPixel) {
    const dataset = await makeNoiseData(run, noisePerPixel);
    const range = { start: 0, count: dataset.count };
    const outputs = integerOutputs(network, dataset, range);
    const { ptScaleGeV } = network.labelScaling;
    scan.push({ noisePerPixel, performance: performanceOf(dataset, range, outputs, ptScaleGeV) });
  }
  return scan;
}
