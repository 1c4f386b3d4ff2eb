import { printable } from "@cnntargz/contracts/printable";
import * as vega from "vega";

import { escapeXml } from "../escape-xml.js";
import { FONT, TEXT_SIZE } from "../figures/style.js";
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

/** Coordinates to a hundredth of a pixel; they are computed to fifteen digits. */
const rounded = (tag: string): string =>
  tag.replace(/ (?:transform|d|x2|y2|width|height)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) =>
      String(Number(Number(number).toFixed(2))),
    ),
  );

/** Attributes that say nothing in a drawing that does not move, and the font, which all text shares. */
const IDLE = new RegExp(
  ` (?:opacity="1"|stroke-width="1"|pointer-events="none"|xmlns:xlink="[^"]*"|version="1.1"|aria-[a-z]+="[^"]*"|role="[^"]*"|font-family="${FONT}")`,
  "g",
);

/** Vega's drawing, smaller: named for those who do not see it, in one font, without what is empty. */
function tidy(svg: string, description: string): string {
  const ids = new Map<string, string>();
  return svg
    .replace(/<path class="(?:back|fore)ground" [^>]*d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, "")
    .replace(/<[^>]*>/g, (tag) =>
      rounded(tag.replace(IDLE, "")).replace(/\b(clip|gradient_)\d+\b/g, (id, kind: string) => {
        // Vega counts them over the process.
        const own = ids.get(id) ?? `${kind}${ids.size}`;
        ids.set(id, own);
        return own;
      }),
    )
    .replace(
      /^<svg([^>]*)>/,
      (_, attributes: string) =>
        `<svg${attributes} role="img" aria-label="${escapeXml(description)}" font-family="${FONT}">`,
    );
}

/** The hook is one for all figures, so they are drawn one after the other. */
let last: Promise<unknown> = Promise.resolve();

async function draw(spec: vega.Spec, description: string): Promise<string> {
  const view = new vega.View(vega.parse(spec), { renderer: "none" });
  const { width } = textMetrics;
  textMetrics.width = measuredWidth;
  try {
    // Legends over a figure know their number of columns only once its frame has its width.
    await view.runAsync();
    return `${printable(tidy(await view.resize().toSVG(), description))}\n`;
  } finally {
    textMetrics.width = width;
    view.finalize();
  }
}

/** Draw one compiled figure as SVG text; the same spec gives the same bytes. */
export function drawSvg(spec: vega.Spec, description: string): Promise<string> {
  const drawn = last.then(() => draw(spec, description));
  last = drawn.catch(() => undefined);
  return drawn;
}
