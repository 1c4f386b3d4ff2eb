import * as vega from "vega";

import { TEXT_SIZE } from "../figures/style.js";
import { textWidth } from "./font-metrics.js";

/** What Vega knows of a text when it asks for its width. */
interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: unknown;
  /** Longer texts are cut. */
  readonly limit?: number;
}

/** Vega's hook for whoever can measure text; its types leave it out. */
const { textMetrics } = vega as unknown as {
  readonly textMetrics: { width: (item: TextItem, text: unknown) => number };
};

/** Vega's own guess of text widths is for no font in particular. */
function measuredWidth({ fontSize, fontWeight, limit = 0 }: TextItem, text: unknown): number {
  const weight = fontWeight === "bold" ? "bold" : "normal";
  const lines = Array.isArray(text) ? text : [text];
  const width = Math.max(
    ...lines.map((line) => textWidth(String(line ?? ""), fontSize ?? TEXT_SIZE, weight)),
  );
  return limit > 0 ? Math.min(width, limit) : width;
}

/** Number the ids of clip paths from 0: Vega counts them over the process. */
function renumberClips(svg: string): string {
  const numbers = new Map<string, number>();
  return svg.replace(/\bclip(\d+)\b/g, (_, id: string) => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return `clip${number}`;
  });
}

/** Coordinates to a hundredth of a pixel; they are computed to fifteen digits. */
function roundCoordinates(svg: string): string {
  return svg.replace(/ (transform|d|x2|y2|width|height)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) =>
      String(Number(Number(number).toFixed(2))),
    ),
  );
}

/** The hook is one for all figures, so they are drawn one after the other. */
let last: Promise<unknown> = Promise.resolve();

async function draw(spec: vega.Spec): Promise<string> {
  const view = new vega.View(vega.parse(spec), { renderer: "none" });
  const { width } = textMetrics;
  textMetrics.width = measuredWidth;
  try {
    return `${roundCoordinates(renumberClips(await view.toSVG()))}\n`;
  } finally {
    textMetrics.width = width;
    view.finalize();
  }
}

/** Draw one compiled figure as SVG text; the same spec gives the same bytes. */
export function drawSvg(spec: vega.Spec): Promise<string> {
  const drawn = last.then(() => draw(spec));
  last = drawn.catch(() => undefined);
  return drawn;
}
