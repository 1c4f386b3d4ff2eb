import { FULL_WIDTH, LAYERS } from "@cnntargz/contracts";

import type { EventView } from "./event-view.js";
import { FRAGMENT_WIDTH, WINDOW_WIDTH } from "./fragment.js";

/** Sizes in SVG units. */
const STRIP = 2.5;
const ROW = 14;
const CELL = 18;
const LEFT = 40;
const TOP = 40;

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const rectangle = ({ x, y, width, height }: Rectangle, style: string): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${style}/>`;
const text = (x: number, y: number, content: string, style = ""): string =>
  `<text x="${x}" y="${y}" ${style}>${content}</text>`;

const layers = Array.from({ length: LAYERS }, (_, layer) => layer);
/** Outermost layer on top. */
const rowOf = (layer: number): number => LAYERS - 1 - layer;

function layerLabels(y: number, height: number): string[] {
  return layers.map((layer) =>
    text(LEFT - 6, y + (rowOf(layer) + 0.75) * height, String(layer + 1), 'text-anchor="end"'),
  );
}

function fullImage({ hits, windowStart }: EventView): string[] {
  const frame = { x: LEFT, y: TOP, width: FULL_WIDTH * STRIP, height: LAYERS * ROW };
  const window = { ...frame, x: LEFT + windowStart! * STRIP, width: WINDOW_WIDTH * STRIP };
  return [
    rectangle(frame, 'fill="#fff" stroke="#000"'),
    rectangle(window, 'fill="#ffe9b0" stroke="#d08700" class="window"'),
    ...layers.flatMap((layer) =>
      hits[layer]!.map((x) =>
        rectangle(
          { x: LEFT + x * STRIP, y: TOP + rowOf(layer) * ROW + 1, width: STRIP, height: ROW - 2 },
          'fill="#1f4e9c" class="hit"',
        ),
      ),
    ),
    ...layerLabels(TOP, ROW),
    text(LEFT, TOP + LAYERS * ROW + 14, "strip 0"),
    text(
      LEFT + FULL_WIDTH * STRIP,
      TOP + LAYERS * ROW + 14,
      `strip ${FULL_WIDTH - 1}`,
      'text-anchor="end"',
    ),
  ];
}

function fragment({ pixels }: EventView, top: number): string[] {
  const fills = ["#fff", "#8fa7cd", "#1f4e9c"];
  return [
    ...layers.flatMap((layer) =>
      pixels[layer]!.map((pixel, column) =>
        rectangle(
          { x: LEFT + column * CELL, y: top + rowOf(layer) * CELL, width: CELL, height: CELL },
          `fill="${fills[pixel]!}" stroke="#bbb" class="pixel"`,
        ),
      ),
    ),
    ...layerLabels(top, CELL),
    text(LEFT + FRAGMENT_WIDTH * CELL + 12, top + CELL, "9x16: white 0, light 1/2, dark 1"),
  ];
}

/** One event as an SVG document: the 9x384 image with its hits and the chosen window, and the 9x16 image. */
export function eventSvg(view: EventView): string {
  const hasFull = view.windowStart !== null;
  const fragmentTop = hasFull ? TOP + LAYERS * ROW + 36 : TOP;
  const width = LEFT + FULL_WIDTH * STRIP + 20;
  const height = fragmentTop + LAYERS * CELL + 16;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    rectangle({ x: 0, y: 0, width, height }, 'fill="#fff"'),
    text(LEFT, 22, view.title, 'font-size="14"'),
    ...(hasFull ? fullImage(view) : []),
    ...fragment(view, fragmentTop),
    "</svg>",
    "",
  ].join("\n");
}
