import type { RunRecord } from "@cnntargz/contracts";

import { left, right, type Section } from "../document/document.js";
import { bestEpochOf, trainingFigure } from "../figures/training.js";
import { integer, significant } from "../numbers.js";
import { figuresBlock, labelOf } from "./performance.js";

/** How the models were trained; null when none was. */
export function trainingSection(record: RunRecord): Section | null {
  const trained = record.models.flatMap(({ label, training }, index) =>
    training === null || training.metrics.epochs.length === 0
      ? []
      : [{ index, label, training, metrics: training.metrics }],
  );
  if (trained.length === 0) return null;
  return {
    id: "training",
    title: "Training",
    blocks: [
      { kind: "series", title: "Models", labels: record.models.map(({ label }) => label) },
      ...figuresBlock(trainingFigure(trained, labelOf(record))),
      {
        kind: "table",
        table: {
          caption: "Trainings",
          columns: [
            left("model"),
            left("weights"),
            right("epochs"),
            right("best epoch"),
            right("lowest validation loss"),
            right("of the best constant"),
            right("dead starts"),
          ],
          rows: trained.map(({ label, training: { quantScheme }, metrics }) => {
            const best = bestEpochOf(metrics);
            return [
              label,
              quantScheme?.label ?? "float32",
              integer(metrics.epochs.length),
              integer(best.epoch),
              significant(best.validationLoss),
              significant(metrics.constantLoss),
              integer(metrics.restarts),
            ];
          }),
        },
      },
    ],
  };
}
