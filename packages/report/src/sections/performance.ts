import type { ModelRecord, RunRecord } from "@cnntargz/contracts";

import { type Block, left, right, type Section, type Table } from "../document/document.js";
import type { Figure } from "../figures/figure.js";
import type { FigureLabel } from "../figures/plot.js";
import { fakeRateFigure, plateauFigure } from "../figures/rates.js";
import { type PerformanceSeries, turnOnFigure } from "../figures/turn-on.js";
import { integer, interval, percent, perMille, significant } from "../numbers.js";

/** Models with their place in colours and legends. */
export const seriesOf = (models: readonly ModelRecord[]): readonly PerformanceSeries[] =>
  models.map(({ label, performance }, index) => ({ index, label, performance }));

/** Title and kind of events of a run, as they stand over its figures. */
export const labelOf = ({ sample, title }: RunRecord): FigureLabel => ({ sample, title });

/** Figures that are there, as one block; none without any. */
export function figuresBlock(...figures: readonly (Figure | null)[]): Block[] {
  const shown = figures.filter((figure) => figure !== null);
  return shown.length === 0 ? [] : [{ kind: "figures", figures: shown }];
}

/** Plateau, fakes and resolutions of every model. */
export function performanceTable(
  models: readonly Pick<ModelRecord, "label" | "performance">[],
): Table {
  return {
    caption: "Trigger performance",
    columns: [
      left("model"),
      right("plateau"),
      right("95 % lower limit"),
      right("fake rate, ‰"),
      right("95 % upper limit"),
      right("pT bias, GeV"),
      right("pT resolution, GeV"),
      right("half of 68 %, GeV"),
      right("eta, px"),
    ],
    rows: models.map(({ label, performance }) => {
      const { plateau, fakeRate, resolution, etaResolutionPx } = performance;
      return [
        label,
        interval(plateau, (value) => significant(value)),
        plateau.total === 0 ? "" : significant(performance.plateauLowerLimit),
        interval(fakeRate, perMille),
        fakeRate.total === 0 ? "" : perMille(performance.fakeRateUpperLimit),
        resolution === null ? "" : significant(resolution.biasGeV, 2),
        resolution === null ? "" : significant(resolution.stdGeV, 3),
        resolution === null ? "" : significant(resolution.halfWidth68GeV, 3),
        etaResolutionPx === null ? "" : significant(etaResolutionPx, 3),
      ];
    }),
  };
}

function noiseBlocks({ atNoise, judged }: RunRecord): Block[] {
  if (atNoise.length === 0) return [];
  return [
    {
      kind: "table",
      table: {
        caption: `Fake rate of ${judged} at other noise`,
        columns: [
          left("noise per pixel"),
          right("fake rate, ‰"),
          right("95 % upper limit"),
          right("background events"),
        ],
        rows: atNoise.map(({ noisePerPixel, performance }) => [
          String(noisePerPixel),
          interval(performance.fakeRate, perMille),
          perMille(performance.fakeRateUpperLimit),
          integer(performance.fakeRate.total),
        ]),
      },
    },
  ];
}

/** What a trigger physicist asks of the models. */
export function performanceSection(record: RunRecord): Section {
  const { models, requirements } = record;
  const series = seriesOf(models);
  const label = labelOf(record);
  const thresholds = [...new Set(models.map(({ performance }) => performance.thresholdGeV))];
  const confidence = percent(models[0]!.performance.plateau.confidence);
  return {
    id: "trigger",
    title: "Trigger performance",
    blocks: [
      { kind: "series", title: "Models", labels: models.map((model) => model.label) },
      ...figuresBlock(turnOnFigure(series, label)),
      ...figuresBlock(
        plateauFigure(series, label, requirements.plateau),
        fakeRateFigure(series, label, requirements.fakeRate),
      ),
      { kind: "table", table: performanceTable(models) },
      {
        kind: "paragraph",
        text:
          `Threshold ${thresholds.join(", ")} GeV on predicted pT. Plateau: true pT of 15 to 20 GeV. Fakes: background ` +
          `events at or above the threshold. In brackets: Clopper-Pearson intervals of ${confidence}. Bias and ` +
          `resolution: mean and standard deviation of predicted minus true pT within 1 GeV of the threshold.`,
      },
      ...noiseBlocks(record),
    ],
  };
}
