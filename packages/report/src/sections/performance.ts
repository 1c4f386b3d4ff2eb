import type { Interval, Measurement, ModelRecord, RunRecord, ScanPoint } from "@cnntargz/contracts";

import { type Block, left, right, type Section, type Table } from "../document/document.js";
import {
  biasFigure,
  etaFigure,
  fakeScanFigure,
  plateauScanFigure,
  resolutionFigure,
} from "../figures/curves.js";
import type { Figure } from "../figures/figure.js";
import type { FigureLabel } from "../figures/plot.js";
import { fakeRateFigure, plateauFigure } from "../figures/rates.js";
import { type PerformanceSeries, turnOnFigure } from "../figures/turn-on.js";
import { integer, interval, percent, perMille, significant, withError } from "../numbers.js";

/** Models with their place in colours and legends. */
const seriesOf = (models: readonly ModelRecord[]): readonly PerformanceSeries[] =>
  models.map(({ label, performance }, index) => ({ index, label, performance }));

/** Title and kind of events of a run, as they stand over its figures. */
export const labelOf = ({ sample, title }: RunRecord): FigureLabel => ({ sample, title });

/** Figures that are there, as one block; none without any. */
export function figuresBlock(...figures: readonly (Figure | null)[]): Block[] {
  const shown = figures.filter((figure) => figure !== null);
  return shown.length === 0 ? [] : [{ kind: "figures", figures: shown }];
}

const measured = ({ value, error }: Measurement): string => withError(value, error);

/** Plateau, fakes and resolutions of every model. */
function performanceTable(series: readonly PerformanceSeries[]): Table {
  return {
    caption: "Plateau, fakes and resolution",
    columns: [
      left("model"),
      right("plateau"),
      right("95 % lower limit"),
      right("fake rate, ‰"),
      right("95 % upper limit"),
      right("pT resolution, GeV"),
      right("half of 68 %, GeV"),
      right("pT bias, GeV"),
      right("eta in window, px"),
    ],
    rows: series.map(({ label, performance }) => {
      const { plateau, fakeRate, resolution, etaLocalResolution } = performance;
      return [
        label,
        interval(plateau, (value) => significant(value)),
        plateau.total === 0 ? "" : significant(performance.plateauLowerLimit),
        interval(fakeRate, perMille),
        fakeRate.total === 0 ? "" : perMille(performance.fakeRateUpperLimit),
        resolution === null ? "" : withError(resolution.stdGeV, resolution.stdErrorGeV),
        resolution === null
          ? ""
          : withError(resolution.halfWidth68GeV, resolution.halfWidth68ErrorGeV),
        resolution === null ? "" : withError(resolution.biasGeV, resolution.biasErrorGeV),
        etaLocalResolution === null
          ? ""
          : withError(etaLocalResolution.stdPx, etaLocalResolution.stdErrorPx),
      ];
    }),
  };
}

function turnOnTable(series: readonly PerformanceSeries[]): Table {
  const hasNotes = series.some(({ performance }) => performance.turnOnFit.status !== "fitted");
  return {
    caption: "Fitted turn-on",
    columns: [
      left("model"),
      right("50 % at, GeV"),
      right("mu, GeV"),
      right("sigma, GeV"),
      right("10 to 90 %, GeV"),
      right("fitted plateau"),
      right("fitted floor"),
      right("chi2 / ndf"),
      ...(hasNotes ? [left("why no fit")] : []),
    ],
    rows: series.map(({ label, performance: { turnOnFit: fit, fiftyPercentGeV } }) => {
      const half = fiftyPercentGeV === null ? "" : significant(fiftyPercentGeV.value);
      if (fit.status !== "fitted") return [label, half, "", "", "", "", "", "", fit.reason];
      return [
        label,
        half,
        measured(fit.muGeV),
        measured(fit.sigmaGeV),
        measured(fit.width1090GeV),
        fit.held.includes("plateau") ? "1, held" : measured(fit.plateau),
        fit.held.includes("floor") ? "0, held" : measured(fit.floor),
        `${significant(fit.chi2, 3)} / ${fit.ndf}`,
        ...(hasNotes ? [""] : []),
      ];
    }),
  };
}

/** Models at equal fake rate and at equal plateau, each at the threshold that it takes. */
function workingPointsTable(series: readonly PerformanceSeries[]): Table {
  const cells = (point: ScanPoint | null, what: (point: ScanPoint) => string): string[] =>
    point === null ? ["no threshold", ""] : [significant(point.thresholdGeV, 3), what(point)];
  const { atFakeRate, atPlateau } = series[0]!.performance.workingPoints;
  return {
    caption: "At equal footing: each model at the threshold that meets the same requirement",
    columns: [
      left("model"),
      right(`threshold for fakes < ${perMille(atFakeRate.target)} ‰, GeV`),
      right("plateau there"),
      right(`threshold for plateau >= ${significant(atPlateau.target)}, GeV`),
      right("fake rate there, ‰"),
    ],
    rows: series.map(({ label, performance: { workingPoints } }) => [
      label,
      ...cells(workingPoints.atFakeRate.point, ({ plateau }) =>
        interval(plateau, (value) => significant(value)),
      ),
      ...cells(workingPoints.atPlateau.point, ({ fakeRate }) => interval(fakeRate, perMille)),
    ]),
  };
}

const between = ({ value, low, high }: Interval, format: (value: number) => string): string =>
  `${format(value)} (${format(low)}..${format(high)})`;

function rateBlocks(series: readonly PerformanceSeries[]): Block[] {
  const known = series.flatMap(({ label, performance: { rate } }) =>
    rate.status === "known" ? [{ label, rate }] : [],
  );
  const first = known[0]?.rate;
  if (first === undefined) return [];
  const spectrum =
    first.spectrum.kind === "power"
      ? `pT^-${first.spectrum.power}`
      : `exp(-${first.spectrum.slopePerGeV} pT / GeV)`;
  const kilohertz = (hz: number) => significant(hz / 1000, 3);
  return [
    {
      kind: "table",
      table: {
        caption: `Trigger rate for muons falling as ${spectrum}`,
        columns: [
          left("model"),
          right("accepted muons, relative"),
          right("of these below threshold"),
          right("fakes, kHz"),
        ],
        rows: known.map(({ label, rate }) => [
          label,
          between(rate.relativeMuonRate, (value) => significant(value, 3)),
          between(rate.relativeBelowThreshold, (value) => significant(value, 3)),
          rate.fakeHz === null ? "" : between(rate.fakeHz, kilohertz),
        ]),
      },
    },
    {
      kind: "paragraph",
      text:
        `Relative to muons of true pT at or above the threshold: 1 is an ideal trigger. Fakes: if each crossing of ` +
        `${significant(first.bunchCrossingNs)} ns gave one image of background.`,
    },
  ];
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

/** Figures and tables of trigger performance over models or runs. */
export function performanceBlocks(
  series: readonly PerformanceSeries[],
  { fakeRate, plateau }: RunRecord["requirements"],
  label: FigureLabel,
): Block[] {
  const thresholds = [...new Set(series.map(({ performance }) => performance.thresholdGeV))];
  const confidence = percent(series[0]!.performance.plateau.confidence);
  return [
    ...figuresBlock(turnOnFigure(series, label)),
    { kind: "table", table: turnOnTable(series) },
    {
      kind: "paragraph",
      text: "Fit: floor + (plateau - floor) / 2 (1 + erf((pT - mu) / (sqrt(2) sigma))), maximum likelihood of the counts in the bins.",
    },
    ...figuresBlock(plateauFigure(series, label, plateau)),
    ...figuresBlock(fakeRateFigure(series, label, fakeRate)),
    { kind: "table", table: performanceTable(series) },
    {
      kind: "paragraph",
      text:
        `Threshold ${thresholds.join(", ")} GeV on predicted pT. Plateau: true pT of 15 to 20 GeV. Fakes: background ` +
        `events at or above the threshold. In brackets: Clopper-Pearson intervals of ${confidence}. Resolution and ` +
        `bias: standard deviation and mean of predicted minus true pT within 1 GeV of the threshold.`,
    },
    { kind: "heading", text: "Resolution" },
    ...figuresBlock(resolutionFigure(series, label), biasFigure(series, label)),
    { kind: "heading", text: "Thresholds and rates" },
    ...figuresBlock(
      plateauScanFigure(series, label, plateau),
      fakeScanFigure(series, label, fakeRate),
    ),
    { kind: "table", table: workingPointsTable(series) },
    ...rateBlocks(series),
    ...figuresBlock(etaFigure(series, label)),
  ];
}

/** What a trigger physicist asks of the models. */
export function performanceSection(record: RunRecord): Section {
  const { models, requirements } = record;
  return {
    id: "trigger",
    title: "Trigger performance",
    blocks: [
      { kind: "series", title: "Models", labels: models.map((model) => model.label) },
      ...performanceBlocks(seriesOf(models), requirements, labelOf(record)),
      ...noiseBlocks(record),
    ],
  };
}
