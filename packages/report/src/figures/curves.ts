import type { Proportion, ScanPoint } from "@cnntargz/contracts";

import { left, right, type Table } from "../document/document.js";
import { significant } from "../numbers.js";
import type { Figure } from "./figure.js";
import {
  type FigureLabel,
  type Layer,
  limitLine,
  plot,
  seriesLegend,
  seriesMark,
  seriesName,
} from "./plot.js";
import type { PerformanceSeries } from "./turn-on.js";

/** A value at x with its interval. */
interface Point {
  readonly x: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Where it stands, for people, such as `9 to 10 GeV`. */
  readonly at: string;
}

/** A quantity of every model over an axis. */
interface Curves {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly description: (series: PerformanceSeries) => string;
  readonly xTitle: string;
  readonly xDomain?: readonly [number, number];
  readonly yTitle: string;
  readonly yDomain?: readonly [number, number];
  readonly isLog?: boolean;
  readonly points: (series: PerformanceSeries) => readonly Point[];
  /** Requirement on y, dashed. */
  readonly required?: number;
  readonly requiredPlace?: { readonly align?: "left" | "right"; readonly below?: boolean };
  readonly legend: string;
  /**
   * Points of different models stand beside each other, this far apart in x, and are not joined; left
   * out, they are joined.
   */
  readonly apart?: number;
}

/** Points with intervals, one colour and shape per model; null without any. */
function curvesFigure(
  series: readonly PerformanceSeries[],
  label: FigureLabel,
  curves: Curves,
): Figure | null {
  const { points, isLog = false, required, xTitle, yTitle, legend, apart } = curves;
  const filled = series
    .map((each) => ({ ...each, points: points(each) }))
    .filter((each) => each.points.length > 0);
  if (filled.length === 0) return null;
  const all = filled.flatMap((each) => each.points);
  const xs = all.map(({ x }) => x);
  const x = {
    field: "x",
    type: "quantitative" as const,
    title: xTitle,
    scale: {
      domain: [...(curves.xDomain ?? [Math.min(...xs), Math.max(...xs)])],
      nice: false,
      zero: false,
      ...(curves.xDomain ? {} : { padding: 8 }),
    },
    axis: { tickCount: 8 },
  };
  const lowest = Math.min(...all.map(({ low }) => low), required ?? Infinity);
  const highest = Math.max(...all.map(({ high }) => high), required ?? -Infinity);
  // Room over the data, where the legend stands.
  const room = 0.12 * (highest - lowest || 1);
  const yDomain = curves.yDomain ?? (isLog ? undefined : [lowest - room / 2, highest + room]);
  const y = {
    type: "quantitative" as const,
    title: yTitle,
    scale: {
      ...(isLog ? { type: "log" as const, padding: 12 } : { zero: false }),
      ...(yDomain ? { domain: [...yDomain] } : {}),
      nice: false,
    },
    axis: { tickCount: 5, ...(isLog ? { format: "~g" } : {}) },
  };
  const tooltip = [
    { field: "model", title: "model" },
    { field: "at", title: xTitle },
    { field: "value", title: yTitle, format: ".4~g" },
    { field: "low", title: "from", format: ".4~g" },
    { field: "high", title: "to", format: ".4~g" },
  ];
  const layers = filled.map(({ index, label: name, points: values }, at): Layer => {
    const shift = (apart ?? 0) * (at - (filled.length - 1) / 2);
    const { color, shape } = seriesMark(index);
    return {
      name: seriesName(index),
      data: { values: values.map((point) => ({ model: name, ...point, x: point.x + shift })) },
      encoding: { x },
      layer: [
        ...(apart === undefined
          ? [
              {
                mark: { type: "line", strokeWidth: 1.25, color },
                encoding: { y: { field: "value", ...y } },
              },
            ]
          : []),
        {
          transform: [{ filter: "datum.low < datum.high" }],
          mark: { type: "rule", strokeWidth: 1.5, color },
          encoding: { y: { field: "low", ...y }, y2: { field: "high" } },
        },
        {
          mark: { type: "point", filled: true, size: 32, opacity: 1, color, shape },
          encoding: { y: { field: "value", ...y }, tooltip },
        },
      ],
    } as Layer;
  });
  return {
    name: curves.name,
    title: curves.title,
    caption: curves.caption,
    description: filled.map((each) => curves.description(each)).join(" "),
    table: curvesTable(curves, filled),
    drawing: {
      spec: plot(label, 250, [
        ...(required === undefined
          ? []
          : limitLine("y", required, "required", y, curves.requiredPlace)),
        ...layers,
        seriesLegend(filled, legend),
      ]),
    },
    series: filled.map(({ index }) => index),
    hasSeriesLegend: true,
  };
}

function curvesTable(
  { title, xTitle }: Curves,
  series: readonly { readonly label: string; readonly points: readonly Point[] }[],
): Table {
  const rows = new Map<string, (string | undefined)[]>();
  series.forEach(({ points }, column) => {
    for (const { at, value, low, high } of points) {
      const cells = rows.get(at) ?? series.map(() => undefined);
      const range = low === high ? "" : ` (${significant(low, 3)}..${significant(high, 3)})`;
      cells[column] = `${significant(value, 3)}${range}`;
      rows.set(at, cells);
    }
  });
  return {
    caption: title,
    columns: [left(xTitle), ...series.map(({ label }) => right(label))],
    rows: [...rows].map(([at, cells]) => [at, ...cells.map((cell) => cell ?? "")]),
  };
}

const range = (low: number, high: number, unit: string): string =>
  `${significant(low)} to ${significant(high)}${unit}`;

/** Standard deviation of predicted - true pT in bins of true pT; null without muons. */
export const resolutionFigure = (
  series: readonly PerformanceSeries[],
  label: FigureLabel,
): Figure | null =>
  curvesFigure(series, label, {
    name: "resolution",
    title: "pT resolution",
    caption: "Standard deviation of predicted minus true pT in bins of true pT, with its error.",
    description: ({ label: name, performance: { resolution } }) =>
      resolution === null
        ? `${name}: no muons around the threshold.`
        : `${name}: ${significant(resolution.stdGeV, 3)} GeV around the threshold.`,
    xTitle: "true pT [GeV]",
    yTitle: "pT resolution [GeV]",
    points: ({ performance }) =>
      performance.resolutionByPt.map(({ ptLowGeV, ptHighGeV, stdGeV, stdErrorGeV }) => ({
        x: (ptLowGeV + ptHighGeV) / 2,
        value: stdGeV,
        low: Math.max(0, stdGeV - stdErrorGeV),
        high: stdGeV + stdErrorGeV,
        at: range(ptLowGeV, ptHighGeV, " GeV"),
      })),
    legend: "top-left",
  });

/** Mean of predicted - true pT in bins of true pT; null without muons. */
export const biasFigure = (
  series: readonly PerformanceSeries[],
  label: FigureLabel,
): Figure | null =>
  curvesFigure(series, label, {
    name: "bias",
    title: "pT bias",
    caption: "Mean of predicted minus true pT in bins of true pT, with its error.",
    description: ({ label: name, performance: { resolution } }) =>
      resolution === null
        ? `${name}: no muons around the threshold.`
        : `${name}: ${significant(resolution.biasGeV, 2)} GeV around the threshold.`,
    xTitle: "true pT [GeV]",
    yTitle: "pT bias [GeV]",
    points: ({ performance }) =>
      performance.resolutionByPt.map(({ ptLowGeV, ptHighGeV, biasGeV, biasErrorGeV }) => ({
        x: (ptLowGeV + ptHighGeV) / 2,
        value: biasGeV,
        low: biasGeV - biasErrorGeV,
        high: biasGeV + biasErrorGeV,
        at: range(ptLowGeV, ptHighGeV, " GeV"),
      })),
    legend: "bottom-left",
  });

/** Plateau efficiency in bins of true eta; null without eta. */
export const etaFigure = (
  series: readonly PerformanceSeries[],
  label: FigureLabel,
): Figure | null =>
  curvesFigure(series, label, {
    name: "efficiency-eta",
    title: "Plateau by eta",
    caption: "Efficiency for true pT of 15 to 20 GeV in bins of true eta, with intervals.",
    description: ({ label: name, performance: { plateauByEta } }) => {
      const values = plateauByEta.flatMap(({ efficiency }) => efficiency.value ?? []);
      return `${name}: ${significant(Math.min(...values), 3)} to ${significant(Math.max(...values), 3)} over eta.`;
    },
    apart: 0.008,
    xTitle: "true eta",
    yTitle: "plateau efficiency",
    points: ({ performance }) =>
      performance.plateauByEta.flatMap(({ etaLow, etaHigh, efficiency }) =>
        efficiency.value === null
          ? []
          : [
              {
                x: Number(((etaLow + etaHigh) / 2).toFixed(6)),
                value: efficiency.value,
                low: efficiency.low,
                high: efficiency.high,
                at: range(etaLow, etaHigh, ""),
              },
            ],
      ),
    legend: "bottom-left",
  });

/** A limit by threshold, as `read` has it from each point of the scan, where there were events. */
const scanPoints =
  (read: (point: ScanPoint) => readonly [Proportion, limit: number]) =>
  ({ performance: { scan } }: PerformanceSeries): readonly Point[] =>
    scan.flatMap((point) => {
      const [{ total }, limit] = read(point);
      const at = `${significant(point.thresholdGeV)} GeV`;
      return total === 0
        ? []
        : [{ x: point.thresholdGeV, value: limit, low: limit, high: limit, at }];
    });

/** Upper limit of the fake rate against the threshold, on a logarithmic axis; null without background. */
export const fakeScanFigure = (
  series: readonly PerformanceSeries[],
  label: FigureLabel,
  required: number,
): Figure | null =>
  curvesFigure(series, label, {
    name: "scan-fakes",
    title: "Fake rate by threshold",
    caption:
      "One-sided 95 % upper limit of the fake rate at every threshold, on a logarithmic axis; dashed: required.",
    description: ({ label: name, performance: { workingPoints } }) => {
      const { point } = workingPoints.atFakeRate;
      return point === null
        ? `${name}: no threshold meets the fake rate.`
        : `${name}: meets the fake rate from ${significant(point.thresholdGeV, 3)} GeV.`;
    },
    xTitle: "threshold [GeV]",
    yTitle: "fake rate, 95 % upper limit",
    isLog: true,
    points: scanPoints(({ fakeRate, fakeRateUpperLimit }) => [fakeRate, fakeRateUpperLimit]),
    required,
    requiredPlace: { align: "right" },
    legend: "top-right",
  });

/** Lower limit of the plateau against the threshold; null without muons on it. */
export const plateauScanFigure = (
  series: readonly PerformanceSeries[],
  label: FigureLabel,
  required: number,
): Figure | null =>
  curvesFigure(series, label, {
    name: "scan-plateau",
    title: "Plateau by threshold",
    caption:
      "One-sided 95 % lower limit of the plateau efficiency at every threshold; dashed: required.",
    description: ({ label: name, performance: { workingPoints } }) => {
      const { point } = workingPoints.atPlateau;
      return point === null
        ? `${name}: no threshold meets the plateau.`
        : `${name}: meets the plateau up to ${significant(point.thresholdGeV, 3)} GeV.`;
    },
    xTitle: "threshold [GeV]",
    yTitle: "plateau, 95 % lower limit",
    yDomain: [0, 1.08],
    points: scanPoints(({ plateau, plateauLowerLimit }) => [plateau, plateauLowerLimit]),
    required,
    requiredPlace: { align: "right" },
    legend: "bottom-left",
  });
