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

/** Plot area in pixels. */
export const SIZE = { width: 480, height: 320 } as const;

/** High-energy-physics manners: a frame, no grid, ticks inward, axis titles at the far end. */
export const STYLE: Config = {
  background: "#ffffff",
  font: "sans-serif",
  padding: 12,
  view: { stroke: "#000000" },
  axis: {
    grid: false,
    domainColor: "#000000",
    tickColor: "#000000",
    tickSize: -6,
    // Ticks point inward, so labels would stand on the axis line without room.
    labelPadding: 9,
    labelFontSize: 12,
    labelLimit: 0,
    labelFlush: false,
    titleAnchor: "end",
    titleFontSize: 13,
    titleFontWeight: "normal",
    titlePadding: 10,
  },
  legend: {
    labelFontSize: 12,
    // Widths are estimated without a screen; a limit would cut labels that fit.
    labelLimit: 0,
    title: null,
    symbolStrokeWidth: 2,
    padding: 8,
    fillColor: "#ffffff",
  },
};
