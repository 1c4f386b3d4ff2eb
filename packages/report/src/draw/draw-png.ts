import { Resvg } from "@resvg/resvg-js";

import { FONT_FILES } from "./font-metrics.js";

/** Pixels of the image per pixel of the figure: 1,120 wide, enough for a slide. */
const SCALE = 2;

/** An SVG figure as PNG, set in the shipped font; the same figure gives the same bytes. */
export function drawPng(svg: string): Uint8Array {
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: SCALE },
    font: {
      fontFiles: Object.values(FONT_FILES),
      loadSystemFonts: false,
      defaultFontFamily: "Liberation Sans",
      sansSerifFamily: "Liberation Sans",
    },
  });
  return image.render().asPng();
}
