import { COLOURS, SHAPES } from "./style.js";

/** Outlines in a box of 12 x 12. */
const OUTLINES: Readonly<Record<(typeof SHAPES)[number], string>> = {
  circle: "M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10z",
  square: "M1.5 1.5h9v9h-9z",
  "triangle-up": "M6 1l5.5 9.5h-11z",
  diamond: "M6 .5l4 5.5l-4 5.5l-4-5.5z",
  "triangle-down": "M6 11L.5 1.5h11z",
  cross: "M4 1h4v3h3v4h-3v3h-4v-3h-3v-4h3z",
  "triangle-right": "M1.5.5L11 6l-9.5 5.5z",
};

/** Colour of series `index`; they repeat when there are more. */
export const colourOf = (index: number): string => COLOURS[index % COLOURS.length]!;
/** Shape of series `index`: another one each time that colours repeat. */
export const shapeOf = (index: number): (typeof SHAPES)[number] =>
  SHAPES[(index + Math.floor(index / COLOURS.length)) % SHAPES.length]!;

/** Outline of the point of series `index` in a box of 12 x 12, as an SVG path. */
const outlineOf = (index: number): string => OUTLINES[shapeOf(index)];

/** The point of series `index`, for legends outside of figures. */
export const swatch = (index: number): string =>
  `<svg class="swatch" viewBox="0 0 12 12" aria-hidden="true"><path d="${outlineOf(index)}" fill="${colourOf(index)}"/></svg>`;
