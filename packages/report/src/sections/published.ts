import type { ResourceEstimate } from "@cnntargz/contracts";

import {
  type Block,
  left,
  right,
  type Section,
  type Table,
  type Text,
} from "../document/document.js";
import { costFigure, type Design, paretoFigure } from "../figures/pareto.js";
import type { FigureLabel } from "../figures/plot.js";
import { integer, shareOf, significant } from "../numbers.js";
import {
  MISPRINTS,
  PUBLISHED_CLOCK_NS,
  PUBLISHED_DESIGNS,
  type PublishedDesign,
} from "../published-designs.js";
import { periodOf } from "../period-of.js";
import { figuresBlock } from "./performance.js";

const FACTORS = ["bram18", "dsp", "ff", "lut"] as const;
type Compared = Pick<PublishedDesign, (typeof FACTORS)[number] | "latencyCycles">;

/** A design of ours in the tables. */
export interface OwnDesign {
  readonly name: string;
  readonly resources: ResourceEstimate;
}

const compared = ({ total, latencyCycles }: ResourceEstimate): Compared => ({
  ...total,
  latencyCycles,
});
const ownName = ({ name, resources }: OwnDesign): Text => [
  { strong: `here: ${name}` },
  ` (${resources.source})`,
];
const titles = [right("BRAM18"), right("DSP"), right("FF"), right("LUT")];

function countsTable(own: readonly OwnDesign[]): Table {
  const row = (name: Text, design: Compared, clockNs: number) => [
    name,
    ...FACTORS.map((kind) => integer(design[kind])),
    integer(design.latencyCycles),
    significant(design.latencyCycles * clockNs, 6),
  ];
  return {
    caption: "Resources and latency, published and here",
    columns: [left("design"), ...titles, right("cycles"), right("ns")],
    rows: [
      ...PUBLISHED_DESIGNS.map((design) => row(design.name, design, PUBLISHED_CLOCK_NS)),
      ...own.map((design) =>
        row(ownName(design), compared(design.resources), periodOf(design.resources)!),
      ),
    ],
  };
}

function occupancyTable(own: readonly OwnDesign[]): Table {
  return {
    caption: "Share of the device in percent, published and here",
    columns: [left("design"), ...titles],
    rows: [
      ...PUBLISHED_DESIGNS.map(({ name, printedPercent }) => [
        name,
        ...FACTORS.map((kind) =>
          printedPercent[kind] === 0 ? "~0" : String(printedPercent[kind]),
        ),
      ]),
      ...own.map((design) => {
        const { total, device } = design.resources;
        return [
          ownName(design),
          ...FACTORS.map((kind) => shareOf(total[kind], device.available[kind]).replace(" %", "")),
        ];
      }),
    ],
  };
}

function factorsTable(own: readonly OwnDesign[]): Table {
  const teacher = PUBLISHED_DESIGNS[0]!;
  const factor = (reference: number, value: number) =>
    value === 0 ? "" : significant(reference / value, 3);
  const row = (name: Text, design: Compared) => [
    name,
    ...FACTORS.map((kind) => factor(teacher[kind], design[kind])),
    factor(teacher.latencyCycles, design.latencyCycles),
  ];
  return {
    caption: "Factors to the published Teacher",
    columns: [left("design"), ...titles, right("latency")],
    rows: [
      ...PUBLISHED_DESIGNS.slice(1).map((design) => row(design.name, design)),
      ...own.map((design) => row(ownName(design), compared(design.resources))),
    ],
  };
}

/** The published tables with ours in their last rows, and what is misprinted there. */
export function publishedSection(
  own: readonly OwnDesign[],
  designs: readonly Design[],
  requiredNs: number,
  label: FigureLabel,
): Section | null {
  if (own.length === 0) return null;
  const sources = [
    ...new Set(own.map(({ resources }) => `${resources.source} figures like ${resources.like}`)),
  ];
  const misprints: Block = {
    kind: "list",
    items: MISPRINTS.map(
      ({ what, printed, should, why }) => `${what}: printed ${printed}, is ${should} (${why})`,
    ),
  };
  return {
    id: "published",
    title: "Beside the published designs",
    blocks: [
      ...figuresBlock(paretoFigure(designs, requiredNs, label)),
      ...figuresBlock(costFigure(designs, label)),
      {
        kind: "paragraph",
        text:
          `Published: HLS C-synthesis on VU13P at ${PUBLISHED_CLOCK_NS} ns, values as printed (k and M rounded, percentages ` +
          `truncated). Factors are computed here from the printed counts. Here: ${sources.join(", ")}.`,
      },
      ...[countsTable(own), occupancyTable(own), factorsTable(own)].map((table): Block => ({
        kind: "table",
        table,
      })),
      { kind: "heading", text: "Misprints in the published tables" },
      misprints,
    ],
  };
}
