import {
  type EventSample,
  LAYERS,
  FULL_WIDTH,
  type Predictions,
  type Rng,
  type SampledEvent,
  type SampleReason,
} from "@cnntargz/contracts";
import { type EventRange, type ToyDataset, viewEvent } from "@cnntargz/dataset";
import { permutation } from "@cnntargz/stage-kit";

/** How many events of each kind are shown, if there are as many. */
const WANTED: Readonly<Record<SampleReason, number>> = {
  "random muon": 120,
  "random background": 60,
  "missed muon": 30,
  fake: 30,
};
/** From here on a muon is on the plateau, and should pass. */
const PLATEAU_GEV = 15;

/** `count` of `rows` at random, in their order. */
function draw(rng: Rng, stream: number, rows: readonly number[], count: number): number[] {
  const order = permutation(rng, stream, rows.length);
  return [...order.subarray(0, count)].map((at) => rows[at]!).sort((a, b) => a - b);
}

/**
 * Events of a test set to look at: muons and background at random, and mistakes of the judged model
 * (plateau muons that it missed, background that it accepted), drawn from `rng`.
 *
 * `predictions`: of each model on the events `range`.
 */
export function sampleEvents(
  dataset: ToyDataset,
  { start, count }: EventRange,
  predictions: readonly Predictions[],
  judged: number,
  thresholdGeV: number,
  rng: Rng,
): EventSample {
  const rows = Array.from({ length: count }, (_, row) => row);
  const isMuon = (row: number): boolean => dataset.isMuon[start + row] === 1;
  const ptGeV = (row: number): number => dataset.labels[2 * (start + row)]!;
  const fires = (row: number): boolean =>
    predictions[judged]!.predicted.values[2 * row]! >= thresholdGeV;
  const groups: Readonly<Record<SampleReason, readonly number[]>> = {
    "random muon": rows.filter(isMuon),
    "random background": rows.filter((row) => !isMuon(row)),
    "missed muon": rows.filter((row) => isMuon(row) && ptGeV(row) >= PLATEAU_GEV && !fires(row)),
    fake: rows.filter((row) => !isMuon(row) && fires(row)),
  };
  const events = Object.entries(groups).flatMap(([reason, candidates], stream) =>
    draw(rng, stream, candidates, WANTED[reason as SampleReason]).map((row) =>
      sampled(dataset, start + row, row, predictions, reason as SampleReason),
    ),
  );
  return {
    kind: "event-sample",
    schemaVersion: 1,
    thresholdGeV,
    models: predictions.map(({ model }) => model),
    judged,
    events,
  };
}

/** Digits that tell models apart on a page, no more. */
const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

function sampled(
  dataset: ToyDataset,
  datasetRow: number,
  row: number,
  predictions: readonly Predictions[],
  reason: SampleReason,
): SampledEvent {
  const { event, hits, windowStart, pixels } = viewEvent(dataset, datasetRow);
  const [ptGeV, eta] = dataset.labels.subarray(2 * datasetRow, 2 * datasetRow + 2);
  return {
    event,
    reason,
    truth:
      dataset.isMuon[datasetRow] === 1
        ? {
            ptGeV: rounded(ptGeV!, 3),
            eta: rounded(eta!, 4),
            charge: dataset.charge[datasetRow]! as -1 | 0 | 1,
          }
        : null,
    // Imported 9x16 images have no full image behind them.
    hits:
      windowStart === null
        ? null
        : Array.from({ length: LAYERS }, (_, layer) => layer).flatMap((layer) =>
            hits[layer]!.map((x) => FULL_WIDTH * layer + x),
          ),
    windowStart,
    pixels: pixels.flat().join(""),
    predictions: predictions.map(({ predicted: { values } }) => ({
      ptGeV: rounded(values[2 * row]!, 3),
      eta: rounded(values[2 * row + 1]!, 4),
    })),
  };
}
