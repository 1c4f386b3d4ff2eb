// Tables and turn-on figures from the points of the quantization study.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { renderFigures } from "@cnntargz/report";
import {
  clopperPearson,
  DEFAULT_PT_EDGES_GEV,
  evaluateTrigger,
  fiftyPercentPoint,
  fitTurnOn,
  LIMIT_CONFIDENCE,
  lowerLimit,
  upperLimit,
} from "@cnntargz/trigger-eval";

/** What a Student or Teacher must reach to count as trained. */
const PLATEAU = 0.95;

const TITLES = { student9x16: "Student", teacher9x16: "Teacher 9x16" };
const RECIPE_TITLES = { plain: "(a) plain", ours: "(b) ours" };

const bitsTitle = (bits) => (bits === null ? "float" : `${bits} bit`);

/** Counts [passed, total] of several seeds added up; a network that did not learn passes nothing. */
function pool(counts) {
  const [passed, total] = counts.reduce(([p, t], [passed, total]) => [p + passed, t + total]);
  return clopperPearson(passed, total);
}

/** The performance of all seeds together; networks that did not learn never fire. */
function poolPerformances(points) {
  const known = points.find(({ performance }) => performance !== null).performance;
  const silent = ([, total]) => [0, total];
  const of = (counts) =>
    pool(
      points.map(({ performance }) =>
        performance === null ? silent(counts(known)) : counts(performance),
      ),
    );
  const plateau = of((performance) => performance.plateau);
  const fakeRate = of((performance) => performance.fakeRate);
  const turnOn = known.turnOn.map((_, bin) => ({
    ptLowGeV: DEFAULT_PT_EDGES_GEV[bin],
    ptHighGeV: DEFAULT_PT_EDGES_GEV[bin + 1],
    efficiency: of((performance) => performance.turnOn[bin]),
  }));
  return {
    // What a study's line does not keep is as for no events.
    ...evaluateTrigger({ predictedPtGeV: [], truePtGeV: [], isMuon: [] }),
    turnOn,
    turnOnFit: fitTurnOn(turnOn),
    fiftyPercentGeV: fiftyPercentPoint(turnOn),
    plateau,
    plateauLowerLimit: lowerLimit(plateau.passed, plateau.total, LIMIT_CONFIDENCE),
    fakeRate,
    fakeRateUpperLimit: upperLimit(fakeRate.passed, fakeRate.total, LIMIT_CONFIDENCE),
  };
}

const ratio = ([passed, total]) => passed / total;
const plateauOf = ({ performance }) => (performance === null ? 0 : ratio(performance.plateau));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const fixed = (value, digits) => (value === null ? "-" : value.toFixed(digits));

/** One table row: what a network, recipe and width gave over its seeds. */
function row(points) {
  const plateaus = points.map(plateauOf);
  const alive = points.filter(({ performance }) => performance !== null);
  const losses = points.map(({ validationLosses, constantLoss }) =>
    validationLosses.length === 0 ? 1 : Math.min(...validationLosses) / constantLoss,
  );
  const good = plateaus.filter((value) => value >= PLATEAU).length;
  const fakes = alive.map(({ performance }) => ratio(performance.fakeRate));
  const widths = alive.flatMap(({ performance }) => performance.ptHalfWidth68GeV ?? []);
  const restarts = points.reduce((total, point) => total + point.restarts, 0);
  return [
    bitsTitle(points[0].bits),
    `${good} of ${points.length}`,
    fixed(Math.min(...plateaus), 3),
    fixed(median(plateaus), 3),
    fixed(Math.max(...plateaus), 3),
    fakes.length > 0 ? fixed(1000 * median(fakes), 2) : "-",
    widths.length > 0 ? fixed(median(widths), 2) : "-",
    fixed(Math.max(...losses), 3),
    String(restarts),
  ];
}

const HEADINGS = [
  "weights",
  `plateau >= ${PLATEAU}`,
  "lowest plateau",
  "median",
  "highest",
  "fake rate [1e-3], median",
  "pT half-width [GeV], median",
  "worst loss / constant",
  "restarts",
];

function table(groups) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(HEADINGS),
    line(HEADINGS.map(() => "---")),
    ...groups.map((points) => line(row(points))),
  ].join("\n");
}

/** Points of a network and recipe by width, float first, then 5 to 2 bits. */
function groupsOf(points, network, recipe) {
  const chosen = points.filter((point) => point.network === network && point.recipe === recipe);
  return [null, 5, 4, 3, 2]
    .map((bits) => chosen.filter((point) => point.bits === bits))
    .filter((group) => group.length > 0);
}

/** Write `quantization.md` and a turn-on figure per network and recipe to `folder`. */
export async function writeReport(points, folder) {
  const sections = [];
  for (const [network, title] of Object.entries(TITLES)) {
    for (const [recipe, recipeTitle] of Object.entries(RECIPE_TITLES)) {
      const groups = groupsOf(points, network, recipe);
      if (groups.length === 0) continue;
      const models = groups
        .filter((group) => group.some(({ performance }) => performance !== null))
        .map((group) => ({
          label: bitsTitle(group[0].bits),
          model: null,
          performance: poolPerformances(group),
        }));
      const figures = await renderFigures({
        models,
        resources: null,
        requirements: { plateau: PLATEAU, fakeRate: 0.002 },
      });
      const image = `quantization-${network}-${recipe}.svg`;
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, image), figures["figures/turn-on.svg"]);
      sections.push(
        `## ${title}, recipe ${recipeTitle}`,
        table(groups),
        `![Turn-on curves, ${title}, ${recipeTitle}](${image})`,
      );
    }
  }
  const [first] = points;
  if (first === undefined) return;
  const { train, validation, test } = first.events;
  const seconds = points.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
  const text = [
    "# Quantization study: the figures",
    `Made by \`node benchmarks/studies/quantization.js\`; what they mean: [quantization](../quantization.md). ${train} events to train on, ${validation} to validate, ${test} to test; ${points.length} trainings, ${(seconds / 60).toFixed(0)} CPU minutes (${first.processor}). The plateau is the efficiency for true pT in 15..20 GeV at a threshold of 10 GeV. Networks that did not learn count as plateau 0. "Worst loss / constant" is the largest best validation loss over the seeds, in units of the best constant predictor's. Figures: all seeds together, so that the intervals understate the spread between seeds.`,
    ...sections,
  ].join("\n\n");
  writeFileSync(join(folder, "quantization.md"), `${text}\n`);
}
