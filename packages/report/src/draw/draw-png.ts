import { CnntargzError } from "@cnntargz/contracts";

import { FONT_FILES } from "./font-metrics.js";

/** Pixels of the image per pixel of the figure: 1,120 wide, enough for a slide. */
const SCALE = 2;

/**
 * An SVG figure as PNG, set in the shipped font; the same figure gives the same bytes.
 *
 * @throws CnntargzError `tool` where there is no resvg for this machine: it is a native addon.
 */
export async function drawPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js").catch((cause: unknown) => {
    throw new CnntargzError(
      "tool",
      "PNG figures need @resvg/resvg-js, which does not load here; reinstall it, or take svg",
      { cause },
    );
  });
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
