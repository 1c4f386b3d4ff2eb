import type { TopLevelSpec } from "vega-lite";

import { textWidth } from "../draw/font-metrics.js";
import { INK, NOTE, PAPER, STYLE, TEXT_SIZE, WIDTH } from "./style.js";
import { colourOf, shapeOf } from "./swatch.js";

type Layered = Extract<TopLevelSpec, { layer: unknown }>;
/** One layer of a figure. */
export type Layer = Layered["layer"][number];

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
export function cutText(text: string, widthPx: number, sizePx = TEXT_SIZE): string {
  if (textWidth(text, sizePx) <= widthPx) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, sizePx) > widthPx) {
    characters.pop();
  }
  return `${characters.join("").trimEnd()}…`;
}

const over = (text: string, place: object, mark: object): Layer => ({
  name: "label",
  data: { values: [{}] },
  mark: {
    type: "text",
    baseline: "bottom",
    dy: -5,
    fontSize: TEXT_SIZE,
    color: INK,
    aria: false,
    ...mark,
  },
  encoding: { text: { value: text }, y: { value: 0 }, ...place },
});

function labelLayers({ sample, title }: FigureLabel): Layer[] {
  const sampleAt = textWidth(`${NAME}  `, TEXT_SIZE, "bold");
  const shown = cutText(sample, LABEL_WIDTH / 2 - sampleAt);
  const room = LABEL_WIDTH - sampleAt - textWidth(shown, TEXT_SIZE) - 20;
  return [
    over(NAME, { x: { value: 0 } }, { align: "left", fontWeight: "bold" }),
    over(shown, { x: { value: 0 } }, { align: "left", dx: sampleAt }),
    over(cutText(title, room), { x: { value: "width" } }, { align: "right", color: NOTE }),
  ];
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
    layer: [...layers, ...labelLayers(label)],
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

/** Colour and shape scales over all series, with the legend inside the frame or around it. */
export function seriesScales(series: readonly Series[], orient: string) {
  const domain = series.map(({ label }) => label);
  const common = { type: "nominal" as const, legend: { orient } };
  const color = {
    ...common,
    scale: { domain, range: series.map(({ index }) => colourOf(index)) },
  };
  const shape = {
    ...common,
    scale: { domain, range: series.map(({ index }) => shapeOf(index)) },
  };
  return {
    /** Encodings of one series. */
    of: (label: string) => ({
      color: { datum: label, ...color },
      shape: { datum: label, ...shape },
    }),
  };
}

/** A dashed line across the frame at a value of one axis, with its name beside it. */
export function limitLine(
  channel: "x" | "y",
  value: number,
  text: string,
  axis: object,
  place: { readonly align?: string; readonly dx?: number; readonly dy?: number } = {},
): Layer[] {
  const data = { values: [{ limit: value, text }] };
  const at = { field: "limit", type: "quantitative", ...axis };
  const across =
    channel === "x"
      ? { x: at, y: { value: 0 }, y2: { value: "height" } }
      : { y: at, x: { value: 0 }, x2: { value: "width" } };
  const beside = channel === "x" ? { x: at, y: { value: 6 } } : { y: at, x: { value: 8 } };
  return [
    {
      data,
      mark: { type: "rule", strokeDash: [6, 4], color: NOTE, aria: false },
      encoding: across,
    } as Layer,
    {
      data,
      mark: {
        type: "text",
        align: channel === "x" ? "right" : "left",
        baseline: channel === "x" ? "top" : "bottom",
        dx: channel === "x" ? -6 : 0,
        dy: channel === "x" ? 0 : -3,
        color: NOTE,
        fontSize: TEXT_SIZE,
        aria: false,
        ...place,
      },
      encoding: { ...beside, text: { field: "text" } },
    } as Layer,
  ];
}

/** Stroke that keeps neighbouring marks apart. */
export const GAP = { stroke: PAPER, strokeWidth: 1 } as const;
