import { left, right } from "../document/document.js";
import { integer, significant } from "../numbers.js";
import { COMPARED_DESIGNS } from "../published-designs.js";
import type { Figure } from "./figure.js";
import { type FigureLabel, type Layer, limitLine, plot, type Series, seriesName } from "./plot.js";
import { NOTE, PAPER, TEXT_SIZE } from "./style.js";
import { colourOf } from "./swatch.js";

/** A firmware design of a run. */
export interface Design extends Series {
  readonly latencyNs: number;
  readonly lut: number;
  /** Standard deviation of predicted - true pT around the threshold; null when not known. */
  readonly resolutionGeV: number | null;
}

/** Which side of its point a published design's name stands on, where the other side is taken. */
const LEFT_NAMES = ["slides: QStudent 4 bit", "slides: QStudent 3 bit", "slides: Teacher"];

/** Designs that no other beats in both latency and LUTs, by latency. */
export function paretoFront(designs: readonly Design[]): readonly Design[] {
  const byLatency = [...designs].sort((a, b) => a.latencyNs - b.latencyNs || a.lut - b.lut);
  let least = Infinity;
  return byLatency.filter(({ lut }) => {
    const isOnFront = lut < least;
    least = Math.min(least, lut);
    return isOnFront;
  });
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
  const published = COMPARED_DESIGNS.flatMap(({ name, latencyNs, lut }) =>
    lut === null ? [] : [{ name, latencyNs, lut, isLeft: LEFT_NAMES.includes(name) }],
  );
  const all = [...designs, ...published];
  const domain = (values: readonly number[], room: number) => [
    Math.min(...values) / room,
    Math.max(...values) * room,
  ];
  const axis = (values: readonly number[], room: number, title: string) => ({
    type: "quantitative" as const,
    title,
    scale: { type: "log" as const, domain: domain(values, room), nice: false },
    axis: { format: ",d", tickCount: 5 },
  });
  const x = axis([requiredNs, ...all.map(({ latencyNs }) => latencyNs)], 1.35, "latency [ns]");
  const y = axis(
    all.map(({ lut }) => lut),
    1.6,
    "LUT",
  );
  const at = { x: { field: "latencyNs", ...x }, y: { field: "lut", ...y } };
  const known = designs.filter(({ resolutionGeV }) => resolutionGeV !== null);
  const isColoured = new Set(known.map(({ resolutionGeV }) => resolutionGeV)).size > 1;
  const color = {
    field: "resolutionGeV",
    type: "quantitative" as const,
    title: "pT resolution [GeV]",
    scale: { scheme: { name: "viridis", extent: [0.05, 0.9] }, zero: false },
    legend: { orient: "top", direction: "horizontal", gradientLength: 160, titleLimit: 0 },
  };
  const name = (isLeft: boolean) => ({
    type: "text",
    align: isLeft ? "right" : "left",
    dx: isLeft ? -8 : 8,
    fontSize: TEXT_SIZE - 1,
    color: NOTE,
    aria: false,
  });
  const layers = [
    ...limitLine("x", requiredNs, `${significant(requiredNs)} ns required`, x, {
      align: "left",
      dx: 6,
    }),
    {
      data: { values: published },
      mark: {
        type: "point",
        shape: "diamond",
        size: 64,
        strokeWidth: 1.5,
        color: NOTE,
        fill: PAPER,
        opacity: 1,
      },
      encoding: {
        ...at,
        tooltip: [
          { field: "name", title: "published" },
          { field: "latencyNs", title: "latency, ns", format: ",.4~r" },
          { field: "lut", title: "LUT", format: ",d" },
        ],
      },
    },
    ...[false, true].map((isLeft) => ({
      data: { values: published.filter((each) => each.isLeft === isLeft) },
      mark: name(isLeft),
      encoding: { ...at, text: { field: "name" } },
    })),
    ...(designs.length > 1
      ? [
          {
            data: { values: paretoFront(designs) },
            mark: {
              type: "line",
              interpolate: "step-after",
              strokeWidth: 1,
              color: NOTE,
              aria: false,
            },
            encoding: at,
          },
        ]
      : []),
    ...designs.map((design) => ({
      name: seriesName(design.index),
      data: { values: [design] },
      layer: [
        {
          mark: {
            type: "point",
            filled: true,
            size: 110,
            opacity: 1,
            ...(isColoured ? {} : { color: colourOf(design.index) }),
          },
          encoding: {
            ...at,
            ...(isColoured && design.resolutionGeV !== null ? { color } : {}),
            tooltip: [
              { field: "label", title: "here" },
              { field: "latencyNs", title: "latency, ns", format: ",.4~r" },
              { field: "lut", title: "LUT", format: ",d" },
              { field: "resolutionGeV", title: "pT resolution, GeV", format: ".3~r" },
            ],
          },
        },
        ...(designs.length === 1
          ? [
              {
                mark: { ...name(false), align: "right", dx: -9 },
                encoding: { ...at, text: { value: "here" } },
              },
            ]
          : []),
      ],
    })),
  ] as Layer[];
  return {
    name: "pareto",
    title: "Latency and LUTs beside published designs",
    caption:
      "Less is better on both axes. Filled: here; hollow: published, as printed. Latencies are not all stated for the same input interface." +
      (isColoured
        ? " Colour: standard deviation of predicted minus true pT around the threshold."
        : "") +
      (designs.length > 1 ? " The line joins designs here that no other here beats in both." : ""),
    description: designs
      .map(
        ({ label: name, latencyNs, lut }) =>
          `${name}: ${significant(latencyNs)} ns, ${integer(lut)} LUT.`,
      )
      .join(" "),
    table: {
      caption: "Latency and LUTs",
      columns: [
        left("design"),
        right("latency, ns"),
        right("LUT"),
        right("pT resolution, GeV"),
        left("source"),
      ],
      rows: [
        ...designs.map(({ label: name, latencyNs, lut, resolutionGeV }) => [
          name,
          significant(latencyNs),
          integer(lut),
          resolutionGeV === null ? "" : significant(resolutionGeV, 3),
          "here",
        ]),
        ...COMPARED_DESIGNS.map(({ name, latencyNs, lut, source }) => [
          name,
          significant(latencyNs),
          lut === null ? "" : integer(lut),
          "",
          source,
        ]),
      ],
    },
    drawing: { spec: plot(label, 330, layers) },
    series: designs.map(({ index }) => index),
  };
}
