import type { HintPlan, NetworkSpec } from "@cnntargz/contracts";

import { left, right, type Table } from "../document/document.js";
import { escapeXml } from "../escape-xml.js";
import { type ImageShape, type ShapedLayer, shapeLayers } from "../layer-shapes.js";
import { integer, significant } from "../numbers.js";
import type { Figure } from "./figure.js";
import { cutText } from "./plot.js";
import { COLOURS, FONT, INK, NOTE, PAPER, SHADE, TEXT_SIZE } from "./style.js";

/** A network with the models that have it. */
export interface DrawnNetwork {
  readonly spec: NetworkSpec;
  readonly models: readonly string[];
}

/** Sizes in pixels. */
const COLUMN = 92;
const LEFT = 12;
const ROW = 190;
const GAP = 44;
/** Middle of the drawn shapes below a network's top, and the first line of text under them. */
const MIDDLE = 84;
const TEXT_TOP = 142;
const PIXEL = 3.4;
const SHADOW = 2.6;
const SMALL = TEXT_SIZE - 2;

const text = (x: number, y: number, content: string, style = ""): string =>
  `<text x="${x}" y="${y}" ${style}>${escapeXml(content)}</text>`;

const sizeOf = ([height, width, channels]: ImageShape): string =>
  height === 1 && width === 1 ? integer(channels) : `${height}×${width}×${channels}`;

function operationOf({ layer }: ShapedLayer): string {
  switch (layer.kind) {
    case "conv2d": {
      const [down, across] = layer.strides;
      const stride = down === 1 && across === 1 ? "" : `/${down}×${across}`;
      return `conv ${layer.kernelSize.join("×")}${stride}`;
    }
    case "maxPool2d":
      return `max ${layer.poolSize.join("×")}`;
    case "averagePool2d":
      return `mean ${layer.poolSize.join("×")}`;
    case "dense":
      return "dense";
    case "flatten":
      return "flatten";
  }
}

/** Feature maps as a stack of planes, or units as a column of cells, in their proportions. */
function drawShape(
  [height, width, channels]: ImageShape,
  x: number,
  y: number,
  fill: string,
): string {
  if (height === 1 && width === 1) {
    const cells = Math.min(channels, 24);
    const size = Math.min(8, 96 / cells);
    return Array.from({ length: cells }, (_, unit) => {
      const top = y + (unit - cells / 2) * size;
      return `<rect x="${(x - size / 2).toFixed(1)}" y="${top.toFixed(1)}" width="${size.toFixed(1)}" height="${size.toFixed(1)}" fill="${fill}" stroke="${PAPER}"/>`;
    }).join("");
  }
  const scale = Math.min(PIXEL, 62 / width, 62 / height);
  const planes = Math.min(channels, 9);
  const [w, h] = [width * scale, height * scale];
  return Array.from({ length: planes }, (_, plane) => {
    const shift = (plane - (planes - 1) / 2) * SHADOW;
    const [left, top] = [x - w / 2 + shift, y - h / 2 - shift];
    return `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${w.toFixed(1)}" height="${h.toFixed(1)}" fill="${fill}" stroke="${PAPER}"/>`;
  })
    .reverse()
    .join("");
}

/** Middle of a layer's column; a flatten has none of its own. */
function columnsOf(layers: readonly ShapedLayer[]): Map<string, number> {
  let column = 1;
  return new Map(
    layers
      .filter(({ layer }) => layer.kind !== "flatten")
      .map(({ layer }) => [layer.name, LEFT + COLUMN * (column++ + 0.5)]),
  );
}

function drawNetwork(
  { spec, models }: DrawnNetwork,
  top: number,
  width: number,
  isTitleBelow: boolean,
): string {
  const layers = shapeLayers(spec);
  const columns = columnsOf(layers);
  const drawn = layers.filter(({ layer }) => layer.kind !== "flatten");
  const parameters = layers.reduce((sum, each) => sum + each.parameters, 0);
  const first = LEFT + COLUMN / 2;
  const y = top + MIDDLE;
  const arrows = drawn.map(({ layer }) => {
    const to = columns.get(layer.name)! - COLUMN / 2;
    return `<path d="M${to - 7} ${y}h12m-4 -3.5l4 3.5l-4 3.5" fill="none" stroke="${NOTE}" stroke-width="1.25"/>`;
  });
  const middle = (x: number, line: number, content: string, style: string) =>
    text(x, top + TEXT_TOP + 15 * line, content, `text-anchor="middle" ${style}`);
  return [
    text(
      LEFT,
      top + (isTitleBelow ? TEXT_TOP + 60 : 14),
      cutText(
        `${spec.name}: ${integer(parameters)} parameters (${models.join("; ")})`,
        width - 2 * LEFT,
        TEXT_SIZE + 1,
        "bold",
      ),
      `font-size="${TEXT_SIZE + 1}" font-weight="bold" fill="${INK}"`,
    ),
    drawShape(spec.inputShape, first, y, SHADE),
    middle(first, 0, "input", `fill="${INK}" font-weight="bold"`),
    middle(first, 2, sizeOf(spec.inputShape), `fill="${NOTE}"`),
    ...arrows,
    ...drawn.flatMap((shaped) => {
      const x = columns.get(shaped.layer.name)!;
      const isWeighted = shaped.parameters > 0;
      return [
        drawShape(shaped.output, x, y, isWeighted ? COLOURS[0] : COLOURS[6]),
        middle(
          x,
          0,
          cutText(shaped.layer.name, COLUMN - 4, SMALL, "bold"),
          `fill="${INK}" font-weight="bold"`,
        ),
        middle(x, 1, operationOf(shaped), `fill="${NOTE}"`),
        middle(x, 2, sizeOf(shaped.output), `fill="${NOTE}"`),
      ];
    }),
  ].join("\n");
}

function drawHints(
  { hints }: HintPlan,
  teacher: { readonly spec: NetworkSpec; readonly top: number },
  student: { readonly spec: NetworkSpec; readonly top: number },
): string[] {
  const from = columnsOf(shapeLayers(teacher.spec));
  const to = columnsOf(shapeLayers(student.spec));
  const startY = teacher.top + TEXT_TOP + 38;
  const endY = student.top + 26;
  return hints.flatMap((hint) => {
    const [x1, x2] = [from.get(hint.teacher), to.get(hint.student)];
    if (x1 === undefined || x2 === undefined) return [];
    const bend = (endY - startY) / 2;
    return [
      `<path d="M${x1} ${startY}C${x1} ${startY + bend} ${x2} ${endY - bend} ${x2} ${endY}m-4 -7l4 7l4 -7" fill="none" stroke="${COLOURS[1]}" stroke-width="1.75" stroke-dasharray="5 3"/>`,
      text(
        (x1 + x2) / 2 + 8,
        (startY + endY) / 2 + 1,
        `hint ${significant(hint.gamma)}`,
        `fill="${COLOURS[1]}" stroke="${PAPER}" stroke-width="4" paint-order="stroke"`,
      ),
    ];
  });
}

/**
 * Networks as chains of feature maps, drawn in proportion, one below the other, with the hints of
 * distillation between the first two; null without networks.
 */
export function networksFigure(
  networks: readonly DrawnNetwork[],
  hints: HintPlan | null,
): Figure | null {
  if (networks.length === 0) return null;
  const tops = networks.map((_, index) => 4 + index * (ROW + GAP));
  const widest = Math.max(
    ...networks.map(({ spec }) => spec.layers.filter(({ kind }) => kind !== "flatten").length + 1),
  );
  const width = 2 * LEFT + COLUMN * Math.max(widest, 6);
  const height = tops.at(-1)! + ROW + 24;
  const [teacher, student] = networks;
  const drawnHints =
    hints === null || teacher === undefined || student === undefined
      ? []
      : drawHints(hints, { ...teacher, top: tops[0]! }, { ...student, top: tops[1]! });
  const description = networks
    .map(
      ({ spec }) =>
        `${spec.name}: ${["input", ...spec.layers.map(({ name }) => name)].join(", ")}.`,
    )
    .join(" ");
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" font-size="${SMALL}" role="img" aria-label="${escapeXml(`Networks. ${description}`)}">`,
    `<rect width="${width}" height="${height}" fill="${PAPER}"/>`,
    ...networks.map((network, index) =>
      // Hints come in from above.
      drawNetwork(network, tops[index]!, width, index > 0 && drawnHints.length > 0),
    ),
    ...drawnHints,
    "</svg>\n",
  ].join("\n");
  return {
    name: "networks",
    title: "Networks",
    caption:
      "Feature maps in proportion, up to nine planes of each; light: pooling." +
      (drawnHints.length > 0
        ? " Dashed: the hints by which the Teacher's layers guide the Student's, with their weights."
        : ""),
    description,
    table: layersTable(networks),
    drawing: { svg },
    series: [],
    // Text stays as large as the page's small print.
    leastWidth: Math.round(0.85 * width),
  };
}

function layersTable(networks: readonly DrawnNetwork[]): Table {
  return {
    caption: "Layers of the networks",
    columns: [
      left("network"),
      left("layer"),
      left("operation"),
      left("activation"),
      right("output"),
      right("parameters"),
      right("multiplications"),
    ],
    rows: networks.flatMap(({ spec }) =>
      shapeLayers(spec).map((shaped) => {
        const { layer, output, parameters, multiplications } = shaped;
        const weighted = (count: number) => (parameters === 0 ? "" : integer(count));
        return [
          spec.name,
          layer.name,
          operationOf(shaped),
          "activation" in layer ? layer.activation : "",
          sizeOf(output),
          weighted(parameters),
          weighted(multiplications),
        ];
      }),
    ),
  };
}
