import { CnntargzError, type TrainedModel } from "@cnntargz/contracts";
import type { TopLevelSpec } from "vega-lite";

import { comparisonFigure } from "./comparison-figure.js";
import { drawSvg } from "./draw.js";
import { COLOURS } from "./figure-style.js";
import type { FigureInput } from "./report-input.js";
import { resourcesFigure } from "./resources-figure.js";
import { trainingFigure } from "./training-figure.js";
import { turnOnFigure } from "./turn-on-figure.js";

function checkModels({ models }: FigureInput): void {
  const labels = models.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined) {
    throw new CnntargzError(
      "contract",
      `two models are labelled "${twice}"; give each its own label`,
    );
  }
  if (models.length > COLOURS.length) {
    throw new CnntargzError(
      "contract",
      `${models.length} models in one figure, it can tell ${COLOURS.length} apart; pass fewer`,
    );
  }
}

/** The Vega-Lite specs of all figures that `input` has data for, by path. */
export function figureSpecs(input: FigureInput): Record<string, TopLevelSpec> {
  checkModels(input);
  const { models, resources, requirements } = input;
  const specs: Record<string, TopLevelSpec> = {};
  const hasTurnOn = models.some(({ performance }) =>
    performance.turnOn.some(({ efficiency }) => efficiency.total > 0),
  );
  if (hasTurnOn) specs["figures/turn-on.svg"] = turnOnFigure(models);

  const trained = models.flatMap(({ label, model }): { label: string; model: TrainedModel }[] =>
    model !== null && model.metrics.epochs.length > 0 ? [{ label, model }] : [],
  );
  if (trained.length > 0) specs["figures/training.svg"] = trainingFigure(trained);
  if (resources !== null && resources.perLayer.length > 0) {
    specs["figures/resources.svg"] = resourcesFigure(resources);
  }
  if (models.length > 1) {
    specs["figures/fake-rate.svg"] = comparisonFigure(models, {
      title: "fake rate [per mille]; upright: 95 % upper limit, dashed: required",
      proportion: ({ performance }) => performance.fakeRate,
      limitOf: ({ performance }) => performance.fakeRateUpperLimit,
      required: requirements.fakeRate,
      scale: 1000,
    });
    specs["figures/plateau.svg"] = comparisonFigure(models, {
      title: "plateau efficiency; upright: 95 % lower limit, dashed: required",
      proportion: ({ performance }) => performance.plateau,
      limitOf: ({ performance }) => performance.plateauLowerLimit,
      required: requirements.plateau,
      scale: 1,
    });
  }
  return specs;
}

/**
 * All figures that `input` has data for, as SVG text by path: `figures/turn-on.svg`,
 * `figures/training.svg`, `figures/resources.svg`, and with several models `figures/fake-rate.svg`
 * and `figures/plateau.svg`. The same input gives the same bytes.
 *
 * @throws CnntargzError `contract` when labels repeat or there are more models than colours.
 */
export async function renderFigures(input: FigureInput): Promise<Record<string, string>> {
  const figures: Record<string, string> = {};
  for (const [path, spec] of Object.entries(figureSpecs(input))) {
    figures[path] = await drawSvg(spec);
  }
  return figures;
}
