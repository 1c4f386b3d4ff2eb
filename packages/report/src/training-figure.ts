import type { TrainedModel } from "@cnntargz/contracts";
import type { TopLevelSpec } from "vega-lite";

import { COLOURS, SIZE, STYLE } from "./figure-style.js";

/**
 * Training curves: mean loss per epoch on a logarithmic axis, one colour per model, training dashed
 * and validation solid. Losses of zero have no place on the axis and are left out.
 */
export function trainingFigure(
  models: readonly { readonly label: string; readonly model: TrainedModel }[],
): TopLevelSpec {
  const points = models.flatMap(({ label, model }) =>
    model.metrics.epochs.flatMap(({ epoch, trainLoss, validationLoss }) => [
      { model: label, set: "training", epoch, loss: trainLoss },
      { model: label, set: "validation", epoch, loss: validationLoss },
    ]),
  );
  const last = Math.max(1, ...points.map(({ epoch }) => epoch));
  const x = {
    field: "epoch",
    type: "quantitative" as const,
    title: "epoch",
    scale: { domain: [1, Math.max(2, last)], nice: false },
    axis: { tickMinStep: 1, format: "d" },
  };
  const y = {
    field: "loss",
    type: "quantitative" as const,
    title: "loss (scaled targets)",
    scale: { type: "log" as const },
    axis: { format: "~g", tickCount: 5 },
  };
  const legend = { orient: "right", symbolType: "stroke", symbolSize: 300 } as const;
  const color = {
    field: "model",
    type: "nominal" as const,
    scale: { domain: models.map(({ label }) => label), range: [...COLOURS] },
    legend,
  };
  const strokeDash = {
    field: "set",
    type: "nominal" as const,
    scale: {
      domain: ["validation", "training"],
      range: [
        [1, 0],
        [4, 3],
      ],
    },
    legend,
  };
  return {
    ...SIZE,
    config: STYLE,
    data: { values: points.filter(({ loss }) => loss > 0) },
    layer: [
      { mark: { type: "line", strokeWidth: 1.5 }, encoding: { x, y, color, strokeDash } },
      // A curve of one epoch has no line.
      { mark: { type: "circle", size: 14, opacity: 1 }, encoding: { x, y, color } },
    ],
  };
}
