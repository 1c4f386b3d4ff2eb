import type { Document } from "./document/document.js";
import { ALARM, COLOURS, INK, NOTE, PAPER, SHADE } from "./figures/style.js";

/** Every colour of figures, with what it is on a dark page. */
const DARK: readonly (readonly [light: string, dark: string])[] = [
  [COLOURS[0], "#4aa9e8"],
  [COLOURS[1], "#ff8a4c"],
  [COLOURS[2], "#2fc79a"],
  [COLOURS[3], "#e39cc4"],
  [COLOURS[4], "#f2f2f2"],
  [COLOURS[5], "#f3b431"],
  [COLOURS[6], "#8fd0f5"],
  [INK, "#e8eaed"],
  [NOTE, "#a9b0b8"],
  [SHADE, "#3a4048"],
  [ALARM, "#ff7a59"],
];

const replaced = (drawn: string, colour: string): string[] =>
  ["fill", "stroke"].map((attribute) => `svg [${attribute}="${drawn}"]{${attribute}:${colour}}`);

/**
 * Figures are drawn in fixed colours, as attributes, which any style rule outweighs: so the same
 * drawing is dark on a dark page. And the rules by which check boxes hide series.
 */
export function themeCss({ sections }: Document): string {
  const rules = DARK.flatMap(([light, dark]) => replaced(light, dark));
  const count = Math.max(
    0,
    ...sections.flatMap(({ blocks }) =>
      blocks.map((block) => (block.kind === "series" ? block.labels.length : 0)),
    ),
  );
  const hidden = Array.from(
    { length: count },
    (_, index) =>
      `section:has([data-series="${index}"]:not(:checked)) [class*=" series${index}_"]{display:none}`,
  );
  return [
    ...replaced(PAPER, "var(--card)"),
    `@media screen and (prefers-color-scheme:dark){`,
    ...rules,
    "}",
    ...hidden,
  ].join("\n");
}
