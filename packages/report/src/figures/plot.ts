import type { TopLevelSpec } from "vega-lite";

import { textWidth } from "../draw/font-metrics.js";
import { INK, NOTE, PAPER, STYLE, TEXT_SIZE, WIDTH } from "./style.js";
import { colourOf, shapeOf } from "./swatch.js";

type Layered = Extract<TopLevelSpec, { layer: unknown }>;
/** One layer of a figure. */
export type Layer = Layered["layer"][number];
type Unit = Extract<Layer, { mark: unknown }>;

/** What is written over the frame, so that a figure on its own tells where it is from. */
export interface FigureLabel {
  /** What the events are, such as `toy simulation`. */
  readonly sample: string;
  /** Which run or runs. */
  readonly title: string;
}

const NAME = "CNN.tar.gz";
/** Room for text over the frame, which is narrower than the figure. */
const LABEL_WIDTH = WIDTH - 90;

/** `text` cut to `widthPx`, with an ellipsis where something is missing. */
export function cutText(
  text: string,
  widthPx: number,
  sizePx = TEXT_SIZE,
  weight: "normal" | "bold" = "normal",
): string {
  if (textWidth(text, sizePx, weight) <= widthPx) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, sizePx, weight) > widthPx) {
    characters.pop();
  }
  return `${characters.join("").trimEnd()}…`;
}

const over = (text: string, place: object, mark: object): Unit => ({
  data: { values: [{}] },
  mark: {
    type: "text",
    baseline: "bottom",
    dy: -5,
    fontSize: TEXT_SIZE,
    color: INK,
    ...mark,
  },
  encoding: { text: { value: text }, y: { value: 0 }, ...place },
});

function labelLayer({ sample, title }: FigureLabel): Layer {
  const sampleAt = textWidth(`${NAME}  `, TEXT_SIZE, "bold");
  const shown = cutText(sample, LABEL_WIDTH / 2 - sampleAt);
  const room = LABEL_WIDTH - sampleAt - textWidth(shown, TEXT_SIZE) - 20;
  return {
    name: "label",
    layer: [
      over(NAME, { x: { value: 0 } }, { align: "left", fontWeight: "bold" }),
      over(shown, { x: { value: 0 } }, { align: "left", dx: sampleAt }),
      over(cutText(title, room), { x: { value: "width" } }, { align: "right", color: NOTE }),
    ],
  };
}

/** A figure of `layers` over each other, in the common style. */
export function plot(
  label: FigureLabel,
  height: Layered["height"],
  layers: readonly Layer[],
): TopLevelSpec {
  return {
    width: WIDTH,
    height,
    autosize: { type: "fit-x", contains: "padding" },
    config: STYLE,
    layer: [...layers, labelLayer(label)],
  } as Layered;
}

/** A model or a run in a figure. */
export interface Series {
  /** Decides colour and shape, and which check box hides it. */
  readonly index: number;
  readonly label: string;
}

/** Name of a series' layer: its marks get the class `series<index>_...`, by which a page hides them. */
export const seriesName = (index: number): string => `series${index}`;

/** Colour and shape of a series' marks. */
export const seriesMark = (index: number) => ({ color: colourOf(index), shape: shapeOf(index) });

/**
 * The legend of series whose layers have colours and shapes of their own: a layer that draws
 * nothing. It stands in a corner of the frame where it has room for `most`, else over the frame.
 */
export function seriesLegend(series: readonly Series[], corner: string, most = 4): Layer {
  const domain = series.map(({ label }) => label);
  const legend = series.length > most ? topLegend(domain) : { orient: corner };
  const scale = (range: readonly string[]) => ({ domain, range: [...range] });
  const encoding = {
    color: { ...scaleOf(scale(series.map(({ index }) => colourOf(index)))), legend },
    shape: { ...scaleOf(scale(series.map(({ index }) => shapeOf(index)))), legend },
  };
  return {
    data: { values: domain.map((name) => ({ name })) },
    mark: { type: "point", filled: true, size: 0, opacity: 0 },
    encoding,
  } as Layer;
}

const scaleOf = (scale: object) => ({ field: "name", type: "nominal", scale });

/** Room between columns of a legend, and what a symbol takes. */
const LEGEND_GAP = 14;
const LEGEND_SYMBOL = 22;
/** Longer names are cut, so that a legend fits a phone. */
const LEGEND_LABEL = 190;

/** A legend over the frame and its label, in as many columns as fit. */
export function topLegend(labels: readonly string[]) {
  const widest = Math.max(...labels.map((label) => textWidth(label, TEXT_SIZE)));
  const column = Math.min(widest, LEGEND_LABEL) + LEGEND_SYMBOL + LEGEND_GAP;
  const columns = { signal: `max(1, min(${labels.length}, floor(width / ${Math.ceil(column)})))` };
  return {
    orient: "top",
    columns,
    columnPadding: LEGEND_GAP,
    labelLimit: LEGEND_LABEL,
    offset: 28,
  } as const;
}

/** A dashed line across the frame at a value of one axis, with its name beside it. */
export function limitLine(
  channel: "x" | "y",
  value: number,
  text: string,
  axis: object,
  place: { readonly align?: "left" | "right"; readonly below?: boolean } = {},
): Layer[] {
  const data = { values: [{ limit: value, text }] };
  const at = { ...axis, field: "limit", type: "quantitative" };
  const across =
    channel === "x"
      ? { x: at, y: { value: 0 }, y2: { value: "height" } }
      : { y: at, x: { value: 0 }, x2: { value: "width" } };
  const { align = channel === "x" ? "right" : "left", below = channel === "x" } = place;
  const inset = align === "left" ? 6 : -6;
  const edge = align === "left" ? 0 : "width";
  const beside = channel === "x" ? { x: at, y: { value: 6 } } : { y: at, x: { value: edge } };
  return [
    {
      data,
      mark: { type: "rule", strokeDash: [6, 4], color: NOTE },
      encoding: across,
    } as Layer,
    {
      data,
      mark: {
        type: "text",
        align,
        baseline: below ? "top" : "bottom",
        dx: inset,
        dy: channel === "x" ? 0 : below ? 4 : -3,
        color: NOTE,
        fontSize: TEXT_SIZE,
      },
      encoding: { ...beside, text: { field: "text" } },
    } as Layer,
  ];
}

/** Stroke that keeps neighbouring marks apart. */
export const GAP = { stroke: PAPER, strokeWidth: 1 } as const;
