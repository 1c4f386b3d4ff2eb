import { escapeXml } from "../escape-xml.js";
import { COLOURS, INK, NOTE, PAPER, SHADE } from "../figures/style.js";

/** Rows and columns of the full image, width of a window and of its pixels. */
const LAYERS = 9;
const STRIPS = 384;
const WINDOW = 32;
const PIXELS = 16;

/** What of an event is drawn; see `SampledEvent`. */
export interface DrawnEvent {
  readonly hits: readonly number[] | null;
  readonly windowStart: number | null;
  readonly pixels: string | null;
}

/** Outermost layer on top. */
const rowOf = (layer: number): number => LAYERS - 1 - layer;

const open = (width: number, height: number, description: string, attributes = ""): string =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(description)}" ${attributes}>`;

/**
 * The 9x384 image: hits and the chosen window. It stretches to the room there is, so it carries no
 * text; strips are wider than high.
 */
export function drawHits({ hits, windowStart }: DrawnEvent): string {
  if (hits === null) return "";
  const where =
    windowStart === null ? "" : `, window of strips ${windowStart} to ${windowStart + WINDOW - 1}`;
  const lines = Array.from(
    { length: LAYERS - 1 },
    (_, row) =>
      `<path d="M0 ${row + 1}H${STRIPS}" stroke="${SHADE}" vector-effect="non-scaling-stroke"/>`,
  );
  const window =
    windowStart === null
      ? ""
      : `<rect x="${windowStart}" width="${WINDOW}" height="${LAYERS}" fill="${COLOURS[5]}" fill-opacity="0.3"/>`;
  const cells = hits.map((hit) => {
    const y = rowOf(Math.floor(hit / STRIPS));
    // A strip is thinner than a pixel of a phone: the stroke keeps it visible.
    return `<rect x="${hit % STRIPS}" y="${y + 0.1}" width="1" height="0.8" fill="${COLOURS[0]}" stroke="${COLOURS[0]}" vector-effect="non-scaling-stroke"/>`;
  });
  return [
    open(
      STRIPS,
      LAYERS,
      `${hits.length} hits in 9 layers of 384 strips${where}`,
      'class="hits" preserveAspectRatio="none"',
    ),
    ...lines,
    window,
    ...cells,
    "</svg>",
  ].join("");
}

/** The 9x16 image that the network sees: empty, half and full pixels. */
export function drawPixels({ pixels }: DrawnEvent): string {
  if (pixels === null) return "";
  const fills = ["1", "2"];
  const cells = Array.from(pixels).flatMap((digit, at) => {
    if (!fills.includes(digit)) return [];
    const [x, y] = [at % PIXELS, rowOf(Math.floor(at / PIXELS))];
    return `<rect x="${x}" y="${y}" width="1" height="1" fill="${COLOURS[0]}" fill-opacity="${digit === "2" ? 1 : 0.45}"/>`;
  });
  const grid = [
    ...Array.from({ length: PIXELS - 1 }, (_, x) => `M${x + 1} 0V${LAYERS}`),
    ...Array.from({ length: LAYERS - 1 }, (_, y) => `M0 ${y + 1}H${PIXELS}`),
  ].join("");
  return [
    open(PIXELS, LAYERS, `${cells.length} of 144 pixels are set`, 'class="pixels"'),
    `<rect width="${PIXELS}" height="${LAYERS}" fill="${PAPER}"/>`,
    ...cells,
    `<path d="${grid}" fill="none" stroke="${SHADE}" vector-effect="non-scaling-stroke"/>`,
    "</svg>",
  ].join("");
}

/** A prediction on the pT axis. */
export interface DrawnPrediction {
  readonly ptGeV: number;
  readonly colour: string;
}

/** Predicted pT of each model on an axis of 0 to 25 GeV, with the truth and the threshold; values beyond stand at its ends. */
export function drawPtAxis(
  predictions: readonly DrawnPrediction[],
  truthGeV: number | null,
  thresholdGeV: number,
): string {
  const [width, last, step] = [520, 25, 20];
  const x = (ptGeV: number): string =>
    (10 + (Math.min(Math.max(ptGeV, 0), last) / last) * (width - 20)).toFixed(1);
  const axis = 26 + predictions.length * step;
  const description = [
    truthGeV === null ? "background" : `true pT ${truthGeV.toFixed(1)} GeV`,
    ...predictions.map(({ ptGeV }) => `predicted ${ptGeV.toFixed(1)} GeV`),
  ].join(", ");
  return [
    open(width, axis + 22, description, 'class="pt-axis"'),
    `<path d="M${x(thresholdGeV)} 6V${axis}" stroke="${NOTE}" stroke-dasharray="5 4"/>`,
    ...(truthGeV === null
      ? []
      : [`<path d="M${x(truthGeV)} 6V${axis}" stroke="${COLOURS[5]}" stroke-width="4"/>`]),
    ...predictions.map(({ ptGeV, colour }, row) => {
      const fires = ptGeV >= thresholdGeV;
      return `<circle cx="${x(ptGeV)}" cy="${20 + row * step}" r="6" fill="${fires ? colour : PAPER}" stroke="${colour}" stroke-width="2.5"/>`;
    }),
    `<path d="M10 ${axis}H${width - 10}" stroke="${INK}"/>`,
    ...[0, 5, 10, 15, 20, 25].map(
      (tick) =>
        `<path d="M${x(tick)} ${axis}v-5" stroke="${INK}"/><text x="${x(tick)}" y="${axis + 16}" font-size="13" text-anchor="middle" fill="${INK}">${tick}</text>`,
    ),
    "</svg>",
  ].join("");
}
