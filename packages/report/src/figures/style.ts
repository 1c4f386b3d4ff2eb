import type { Config } from "vega-lite";

/** Colours that colour-blind readers tell apart (Okabe and Ito), in order of use. */
export const COLOURS = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#000000",
  "#e69f00",
  "#56b4e9",
] as const;

/** Point shapes in the same order, so that a figure also reads without colour. */
export const SHAPES = [
  "circle",
  "square",
  "triangle-up",
  "diamond",
  "triangle-down",
  "cross",
  "triangle-right",
] as const;

/** Axes, frame and text. */
export const INK = "#111111";
/** Thresholds and requirements, their labels, and what others published. */
export const NOTE = "#5a5a5a";
/** What stands behind the data. */
export const SHADE = "#dddddd";
/** What the figure is drawn on. */
export const PAPER = "#ffffff";
/** Values that do not fit, requirements that are not met. */
export const ALARM = "#c4320a";

/**
 * Width of a figure in pixels, axes included, in files; on a page it takes the width there is. In a
 * paper's column (85 mm) text of 13 px then prints at 7 pt.
 */
export const WIDTH = 560;

/** Families with the same advance widths, of which every system has one. */
export const FONT = "Helvetica, Arial, 'Liberation Sans', Arimo, sans-serif";
export const TEXT_SIZE = 13;

/** High-energy-physics manners: a frame, no grid, ticks inward, axis titles at the far end. */
export const STYLE: Config = {
  // A figure has one description; one for every point would bury it.
  aria: false,
  background: PAPER,
  font: FONT,
  padding: 8,
  view: { stroke: INK },
  axis: {
    grid: false,
    // Over the marks, so that bars do not interrupt the frame.
    domainColor: INK,
    zindex: 1,
    tickColor: INK,
    tickSize: -6,
    labelColor: INK,
    titleColor: INK,
    // Ticks point inward, so labels would stand on the axis line without room.
    labelPadding: 9,
    labelFontSize: TEXT_SIZE,
    labelLimit: 200,
    labelFlush: false,
    titleAnchor: "end",
    titleFontSize: 14,
    titleFontWeight: "normal",
    titlePadding: 10,
    titleLimit: 0,
  },
  legend: {
    labelFontSize: TEXT_SIZE,
    labelColor: INK,
    labelLimit: 240,
    title: null,
    titleColor: INK,
    titleFontWeight: "normal",
    titleFontSize: TEXT_SIZE,
    symbolStrokeWidth: 2,
    symbolOpacity: 1,
    symbolSize: 70,
    offset: 10,
  },
};
