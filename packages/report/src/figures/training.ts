import type { TrainingMetrics } from "@cnntargz/contracts";

import { left, right } from "../document/document.js";
import { integer, significant } from "../numbers.js";
import type { Figure } from "./figure.js";
import {
  type FigureLabel,
  type Layer,
  plot,
  type Series,
  seriesName,
  topLegend,
  seriesLegend,
  seriesMark,
} from "./plot.js";

/** A model or run with how its training went. */
export interface TrainingSeries extends Series {
  readonly metrics: TrainingMetrics;
}

/** Models that a legend in a corner of the frame has room for. */
const MOST_INSIDE = 4;
const SETS = ["validation", "training"] as const;

/** Lowest validation loss of a training, and the epoch that has it. */
export const bestEpochOf = ({ epochs }: TrainingMetrics) =>
  epochs.reduce((best, epoch) => (epoch.validationLoss < best.validationLoss ? epoch : best));

/**
 * Training curves: mean loss per epoch on a logarithmic axis, one colour per model, training dashed
 * and validation solid. Losses of zero have no place on the axis and are left out; null without
 * trainings.
 */
export function trainingFigure(
  series: readonly TrainingSeries[],
  label: FigureLabel,
): Figure | null {
  const trained = series.filter(({ metrics }) =>
    metrics.epochs.some(({ trainLoss, validationLoss }) => trainLoss > 0 || validationLoss > 0),
  );
  if (trained.length === 0) return null;
  const last = Math.max(...trained.map(({ metrics }) => metrics.epochs.at(-1)!.epoch));
  const x = {
    field: "epoch",
    type: "quantitative" as const,
    title: "epoch",
    scale: { domain: [1, Math.max(2, last)], nice: false, padding: 8 },
    axis: { tickMinStep: 1, format: "d" },
  };
  const y = {
    field: "loss",
    type: "quantitative" as const,
    title: "loss (scaled targets)",
    scale: { type: "log" as const, nice: false, padding: 12 },
    axis: { format: "~g", tickCount: 5 },
  };
  const strokeDash = {
    field: "set",
    type: "nominal" as const,
    scale: {
      domain: [...SETS],
      range: [
        [1, 0],
        [5, 3],
      ],
    },
    legend: {
      ...(trained.length > MOST_INSIDE ? topLegend(SETS) : { orient: "top-right" }),
      symbolType: "stroke",
      symbolSize: 300,
    },
  };
  const layers = trained.map(({ index, label: name, metrics }): Layer => {
    const values = metrics.epochs.flatMap(({ epoch, trainLoss, validationLoss, learningRate }) =>
      [
        { set: "validation", loss: validationLoss },
        { set: "training", loss: trainLoss },
      ]
        .filter(({ loss }) => loss > 0)
        .map((point) => ({ model: name, epoch, learningRate, ...point })),
    );
    const { color, shape } = seriesMark(index);
    return {
      name: seriesName(index),
      data: { values },
      encoding: { x, y },
      layer: [
        { mark: { type: "line", strokeWidth: 1.75, color }, encoding: { strokeDash } },
        // A curve of one epoch has no line.
        {
          transform: [{ filter: "datum.set === 'validation'" }],
          mark: { type: "point", filled: true, size: 32, opacity: 1, color, shape },
          encoding: {
            tooltip: [
              { field: "model", title: "model" },
              { field: "epoch", title: "epoch" },
              { field: "loss", title: "validation loss", format: ".5~g" },
              { field: "learningRate", title: "step size", format: ".3~g" },
            ],
          },
        },
      ],
    };
  });
  return {
    name: "training",
    title: "Training",
    caption:
      "Mean loss per epoch, on a logarithmic axis: validation solid with points, training dashed. Losses are squared errors of scaled targets.",
    description: trained
      .map(({ label: name, metrics }) => {
        const { epoch, validationLoss } = bestEpochOf(metrics);
        return `${name}: lowest validation loss ${significant(validationLoss)} in epoch ${epoch} of ${metrics.epochs.length}.`;
      })
      .join(" "),
    table: {
      caption: "Losses of every epoch",
      columns: [
        left("model"),
        right("epoch"),
        right("training"),
        right("validation"),
        right("step size"),
      ],
      rows: trained.flatMap(({ label: name, metrics }) =>
        metrics.epochs.map(({ epoch, trainLoss, validationLoss, learningRate }) => [
          name,
          integer(epoch),
          significant(trainLoss),
          significant(validationLoss),
          significant(learningRate, 3),
        ]),
      ),
    },
    drawing: {
      spec: plot(label, 300, [...layers, seriesLegend(trained, "top-right", MOST_INSIDE)]),
    },
    series: trained.map(({ index }) => index),
    hasSeriesLegend: true,
  };
}
