import {
  ETA_MAX,
  type IntegerNetwork,
  type LabelScaling,
  type Predictions,
  type TriggerPerformance,
} from "@cnntargz/contracts";
import {
  type EventRange,
  globalEta,
  pixelIntegers,
  type ToyDataset,
  windowStride,
} from "@cnntargz/dataset";
import { fractionBits } from "@cnntargz/fixed-point";
import { evaluatePredictions } from "@cnntargz/trigger-eval";

import { type BlockContext, runInBlocks } from "../blocks.js";
import type { RunConfig } from "../config.js";
import type { RunContext } from "../run-context.js";
import { makeNoiseData } from "./dataset.js";

/** Trigger threshold on predicted pT, as in the slides. */
const THRESHOLD_GEV = 10;

/**
 * Raw outputs (n, 2) in target units on the events `range`, as predictions in physical units beside
 * the truth.
 */
export function predictionsOf(
  model: string,
  dataset: ToyDataset,
  { start, count }: EventRange,
  outputs: ArrayLike<number>,
  { ptScaleGeV, eta }: LabelScaling,
): Predictions {
  const stridePx = windowStride(dataset.config);
  const chosen = Int32Array.from(dataset.window.subarray(start, start + count));
  const predicted = new Float32Array(2 * count);
  for (let row = 0; row < count; row++) {
    const etaOutput = outputs[2 * row + 1]!;
    predicted[2 * row] = ptScaleGeV * outputs[2 * row]!;
    predicted[2 * row + 1] =
      eta === "window" ? globalEta(chosen[row]!, etaOutput, stridePx) : ETA_MAX * etaOutput;
  }
  return {
    kind: "predictions",
    schemaVersion: 1,
    model,
    predicted: { dtype: "float32", shape: [count, 2], values: predicted },
    truth: {
      dtype: "float32",
      shape: [count, 2],
      values: Float32Array.from(dataset.labels.subarray(2 * start, 2 * (start + count))),
    },
    windows: { chosen: { dtype: "int32", shape: [count], values: chosen }, stridePx },
  };
}

/** Trigger performance of predictions, with the limits of the run's requirements. */
export function performanceOf(
  predictions: Predictions,
  { fakeRate, plateau, bunchCrossingNs }: RunConfig["requirements"],
): TriggerPerformance {
  return evaluatePredictions(predictions, {
    thresholdGeV: THRESHOLD_GEV,
    requiredFakeRate: fakeRate,
    requiredPlateau: plateau,
    bunchCrossingNs,
  });
}

/** Outputs (n, 2) of an integer network for the events `range`, in target units. */
async function integerOutputs(
  network: IntegerNetwork,
  dataset: ToyDataset,
  range: EventRange,
  context: BlockContext,
): Promise<Float64Array> {
  const lsb = 2 ** -fractionBits(network.layers.at(-1)!.resultType);
  const images = pixelIntegers(dataset, range);
  const integers = await runInBlocks(network, images, range.count, context);
  return integers.map((value) => value * lsb);
}

/** Performance of the integer network on background at each noise level of the scan. */
export async function scanNoise(
  run: RunContext,
  network: IntegerNetwork,
): Promise<{ noisePerPixel: number; performance: TriggerPerformance }[]> {
  const { noiseScan } = run.config.dataset;
  const scan = [];
  for (const noisePerPixel of noiseScan.noisePerPixel) {
    const dataset = await makeNoiseData(run, noisePerPixel);
    const range = { start: 0, count: dataset.count };
    const label = `noise ${noisePerPixel}`;
    const context = { ...run.stageContext("evaluate"), task: label };
    const outputs = await integerOutputs(network, dataset, range, context);
    const predictions = predictionsOf(label, dataset, range, outputs, network.labelScaling);
    scan.push({ noisePerPixel, performance: performanceOf(predictions, run.config.requirements) });
  }
  return scan;
}
