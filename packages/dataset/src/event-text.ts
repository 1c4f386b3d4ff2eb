import { FULL_WIDTH } from "@cnntargz/contracts";

import type { EventView } from "./event-view.js";
import { WINDOW_WIDTH } from "./fragment.js";

/** Pixels of a layer that one character stands for. */
const PIXELS_PER_CHARACTER = 4;

/** What an event looks like in a terminal of 100 columns, outermost layer on top. */
export function eventText(view: EventView): string {
  const { hits, windowStart, pixels, title } = view;
  const rows = [8, 7, 6, 5, 4, 3, 2, 1, 0];
  const label = (layer: number): string => `${layer + 1} `;
  const lines = [title, ""];
  if (windowStart !== null) {
    const columns = FULL_WIDTH / PIXELS_PER_CHARACTER;
    for (const layer of rows) {
      const counts = new Array<number>(columns).fill(0);
      for (const x of hits[layer]!) counts[Math.floor(x / PIXELS_PER_CHARACTER)]!++;
      lines.push(label(layer) + counts.map((count) => (count === 0 ? "." : count)).join(""));
    }
    const [first, width] = [windowStart, WINDOW_WIDTH].map((x) => x / PIXELS_PER_CHARACTER);
    lines.push(
      `  ${" ".repeat(first!)}${"^".repeat(width!)}`,
      `  hits per ${PIXELS_PER_CHARACTER} strips; window: strips ${windowStart} .. ${windowStart + WINDOW_WIDTH - 1}`,
      "",
    );
  }
  for (const layer of rows) {
    const cells = pixels[layer]!.map((pixel) => [" .", "▒▒", "██"][pixel]!);
    lines.push(label(layer) + cells.join(""));
  }
  lines.push("  9x16: . 0, ▒ 1/2, █ 1");
  return `${lines.join("\n")}\n`;
}
