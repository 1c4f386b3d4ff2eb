import { left, right, type Table } from "../document/document.js";
import { integer, significant } from "../numbers.js";
import { COMPARED_DESIGNS } from "../published-designs.js";
import type { Figure } from "./figure.js";
import {
  type FigureLabel,
  GAP,
  type Layer,
  limitLine,
  plot,
  type Series,
  seriesMark,
  seriesName,
} from "./plot.js";
import { NOTE, PAPER, TEXT_SIZE } from "./style.js";

/** A firmware design of a run. */
export interface Design extends Series {
  readonly latencyNs: number;
  readonly lut: number;
  /** Standard deviation of predicted - true pT around the threshold; null when not known. */
  readonly resolutionGeV: number | null;
}

/** A design whose physics is known. */
interface JudgedDesign extends Design {
  readonly resolutionGeV: number;
}
const isJudged = (design: Design): design is JudgedDesign => design.resolutionGeV !== null;

/** Which side of its point a published design's name stands on, where the other side is taken. */
const LEFT_NAMES = ["slides: QStudent 4 bit", "slides: QStudent 3 bit", "slides: Teacher"];
/** Narrower, names would lie over each other. */
const LEAST_WIDTH = 480;

/** Items that no other beats in both figures, by the first. */
function frontOf<T>(
  items: readonly T[],
  first: (item: T) => number,
  second: (item: T) => number,
): readonly T[] {
  let least = Infinity;
  return [...items]
    .sort((a, b) => first(a) - first(b) || second(a) - second(b))
    .filter((item) => {
      const isOnFront = second(item) < least;
      least = Math.min(least, second(item));
      return isOnFront;
    });
}

/** With more points only those on the front have their names beside them. */
const MOST_NAMES = 12;

const domainOf = (values: readonly number[], room: number): [number, number] => [
  Math.min(...values) / room,
  Math.max(...values) * room,
];
const logAxis = (values: readonly number[], room: number, title: string) => ({
  type: "quantitative" as const,
  title,
  scale: { type: "log" as const, domain: domainOf(values, room), nice: false },
  axis: { format: ",d", tickCount: 5 },
});

/** The front as a line in steps: everything above and right of it is beaten. */
function frontLayer(front: readonly Design[], at: object): Layer[] {
  if (front.length < 2) return [];
  return [
    {
      data: { values: front },
      mark: { type: "line", interpolate: "step-after", strokeWidth: 1, color: NOTE },
      encoding: at,
    },
  ];
}

const TOOLTIP = [
  { field: "label", title: "here" },
  { field: "latencyNs", title: "latency, ns", format: ",.4~r" },
  { field: "lut", title: "LUT", format: ",d" },
  { field: "resolutionGeV", title: "pT resolution, GeV", format: ".3~r" },
];

const nameMark = (isLeft: boolean) => ({
  type: "text",
  align: isLeft ? "right" : "left",
  dx: isLeft ? -8 : 8,
  fontSize: TEXT_SIZE - 1,
  color: NOTE,
});

/** Published designs, hollow and with their names. */
function publishedLayers(at: object): Layer[] {
  const published = COMPARED_DESIGNS.flatMap(({ name, latencyNs, lut }) =>
    lut === null ? [] : [{ name, latencyNs, lut }],
  );
  const tooltip = [
    { field: "name", title: "published" },
    { field: "latencyNs", title: "latency, ns", format: ",.4~r" },
    { field: "lut", title: "LUT", format: ",d" },
  ];
  return [
    {
      data: { values: published },
      mark: { type: "point", shape: "diamond", size: 64, color: NOTE, fill: PAPER, opacity: 1 },
      encoding: { ...at, tooltip },
    },
    ...[false, true].map((isLeft) => ({
      data: { values: published.filter(({ name }) => LEFT_NAMES.includes(name) === isLeft) },
      mark: nameMark(isLeft),
      encoding: { ...at, text: { field: "name" } },
    })),
  ] as Layer[];
}

function designsTable(caption: string, designs: readonly Design[], hasPublished: boolean): Table {
  return {
    caption,
    columns: [
      left("design"),
      right("latency, ns"),
      right("LUT"),
      right("pT resolution, GeV"),
      left("source"),
    ],
    rows: [
      ...designs.map(({ label, latencyNs, lut, resolutionGeV }) => [
        label,
        significant(latencyNs),
        integer(lut),
        resolutionGeV === null ? "" : significant(resolutionGeV, 3),
        "here",
      ]),
      ...(hasPublished ? COMPARED_DESIGNS : []).map(({ name, latencyNs, lut, source }) => [
        name,
        significant(latencyNs),
        lut === null ? "" : integer(lut),
        "",
        source,
      ]),
    ],
  };
}

/**
 * LUTs against latency on logarithmic axes, ours by pT resolution, published designs hollow, the
 * front of ours as a line, the required latency dashed. Null without designs.
 */
export function paretoFigure(
  designs: readonly Design[],
  requiredNs: number,
  label: FigureLabel,
): Figure | null {
  if (designs.length === 0) return null;
  const all = [...designs, ...COMPARED_DESIGNS.filter(({ lut }) => lut !== null)];
  const latencies = [requiredNs, ...all.map(({ latencyNs }) => latencyNs)];
  const luts = all.map(({ lut }) => lut!);
  const at = {
    x: { field: "latencyNs", ...logAxis(latencies, 1.35, "latency [ns]") },
    y: { field: "lut", ...logAxis(luts, 1.6, "LUT") },
  };
  const isColoured = new Set(designs.map(({ resolutionGeV }) => resolutionGeV)).size > 1;
  const color = {
    field: "resolutionGeV",
    type: "quantitative" as const,
    title: "pT resolution [GeV]",
    scale: { scheme: { name: "viridis", extent: [0.05, 0.9] }, zero: false },
    legend: { orient: "top", direction: "horizontal", gradientLength: 160, offset: 28 },
  };
  const own = designs.map((design) => {
    const byColour = isColoured && design.resolutionGeV !== null;
    const mark = { type: "point", filled: true, size: 100, opacity: 1, ...GAP };
    const here = { ...nameMark(true), dx: -10 };
    return {
      name: seriesName(design.index),
      data: { values: [design] },
      encoding: at,
      layer: [
        {
          mark: byColour ? mark : { ...mark, color: seriesMark(design.index).color },
          encoding: { ...(byColour ? { color } : {}), tooltip: TOOLTIP },
        },
        ...(designs.length === 1 ? [{ mark: here, encoding: { text: { value: "here" } } }] : []),
      ],
    };
  });
  const front = frontOf(
    designs,
    ({ latencyNs }) => latencyNs,
    ({ lut }) => lut,
  );
  return {
    name: "pareto",
    title: "Latency and LUTs beside published designs",
    caption: [
      "Less is better on both axes. Filled: here; hollow: published, as printed. Latencies are not all stated for the same input interface.",
      ...(isColoured ? ["Colour: standard deviation of pT around the threshold."] : []),
      ...(front.length > 1
        ? ["The line joins designs here that no other here beats in both."]
        : []),
    ].join(" "),
    description: designs
      .map(
        ({ label, latencyNs, lut }) =>
          `${label}: ${significant(latencyNs)} ns, ${integer(lut)} LUT.`,
      )
      .join(" "),
    table: designsTable("Latency and LUTs, here and published", designs, true),
    drawing: {
      spec: plot(label, 330, [
        ...limitLine("x", requiredNs, `${significant(requiredNs)} ns required`, at.x, {
          align: "left",
        }),
        ...publishedLayers(at),
        ...frontLayer(front, at),
        ...(own as Layer[]),
      ]),
    },
    series: designs.map(({ index }) => index),
    leastWidth: LEAST_WIDTH,
  };
}

/** pT resolution against LUTs with the front as a line; null with fewer than two designs of known resolution. */
export function costFigure(designs: readonly Design[], label: FigureLabel): Figure | null {
  const judged = designs.filter(isJudged);
  if (judged.length < 2) return null;
  const resolutions = judged.map(({ resolutionGeV }) => resolutionGeV);
  const luts = judged.map(({ lut }) => lut);
  const at = {
    x: { field: "lut", ...logAxis(luts, 1.3, "LUT") },
    y: {
      field: "resolutionGeV",
      type: "quantitative" as const,
      title: "pT resolution [GeV]",
      scale: { domain: domainOf(resolutions, 1.06), nice: false, zero: false },
      axis: { tickCount: 5 },
    },
  };
  const front = frontOf(
    judged,
    ({ lut }) => lut,
    ({ resolutionGeV }) => resolutionGeV,
  );
  const points = judged.map((design): Layer => ({
    name: seriesName(design.index),
    data: { values: [design] },
    mark: {
      ...{ type: "point", filled: true, size: 70, opacity: 1, ...GAP },
      ...seriesMark(design.index),
    },
    encoding: { ...at, tooltip: TOOLTIP },
  }));
  const names = {
    data: { values: judged.length > MOST_NAMES ? front : judged },
    // Over the line of the front.
    mark: { ...nameMark(false), dx: 6, dy: -9 },
    encoding: { ...at, text: { field: "label" } },
  } as Layer;
  return {
    name: "cost",
    title: "pT resolution for LUTs",
    caption:
      "Less is better on both axes: standard deviation of pT around the threshold. The line joins runs that no other beats in both.",
    description: judged
      .map(
        ({ label: name, lut, resolutionGeV }) =>
          `${name}: ${significant(resolutionGeV, 3)} GeV with ${integer(lut)} LUT.`,
      )
      .join(" "),
    table: designsTable("LUTs and pT resolution of the runs", judged, false),
    drawing: { spec: plot(label, 280, [...frontLayer(front, at), ...points, names]) },
    series: judged.map(({ index }) => index),
    leastWidth: LEAST_WIDTH,
  };
}
