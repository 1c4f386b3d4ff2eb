import { CnntargzError, encodeContract, optionsCheck, RunRecord, z } from "@cnntargz/contracts";
import type { Spec } from "vega";

import type { Document } from "./document/document.js";
import { toMarkdown } from "./document/to-markdown.js";
import { drawPng } from "./draw/draw-png.js";
import type { Figure } from "./figures/figure.js";
import { renderPage } from "./render-page.js";
import { type ComparedRun, comparisonDocument } from "./sections/comparison-document.js";
import { runDocument } from "./sections/run-document.js";

/** What a report can be written as: a page, Markdown, and its figures as files. */
export type ReportFormat = (typeof FORMATS)[number];
const FORMATS = ["html", "md", "svg", "png", "vl"] as const;

/** Which files to make. */
export interface ReportOptions {
  /** `html` and `md` with `svg` when left out. `vl`: the figures' Vega-Lite specs, to restyle. */
  readonly formats?: readonly ReportFormat[];
}

const reportOptions = { formats: z.array(z.enum(FORMATS)).min(1).optional() };
const checkReport = optionsCheck<ReportOptions>("renderReport", reportOptions);
const checkComparison = optionsCheck<ReportOptions>("renderComparison", reportOptions);

/** A report's files by path, relative to where it is written. */
export type ReportFiles = Readonly<Record<string, string | Uint8Array>>;

const figuresOf = ({ sections }: Document): readonly Figure[] =>
  sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "figures" ? block.figures : [])),
  );

/** Write a document in the wanted formats; `events` are those of the page's event display. */
async function renderDocument(
  document: Document,
  events: RunRecord["events"],
  formats: readonly ReportFormat[],
): Promise<ReportFiles> {
  const wants = (...some: readonly ReportFormat[]) => some.some((each) => formats.includes(each));
  const figures = figuresOf(document);
  const specs: Record<string, Spec> = {};
  const drawings: Record<string, string> = {};
  if (wants("html", "svg", "png")) {
    // Loaded here, since most of this package's users wait for Vega without needing it.
    const { compileFigure } = await import("./draw/compile-figure.js");
    const { drawSvg } = await import("./draw/draw-svg.js");
    for (const { name, drawing, title, description } of figures) {
      if ("spec" in drawing) specs[name] = compileFigure(drawing.spec);
      drawings[name] =
        "svg" in drawing ? drawing.svg : await drawSvg(specs[name]!, `${title}. ${description}`);
    }
  }
  const files: Record<string, string | Uint8Array> = {};
  if (wants("html")) {
    files["report.html"] = renderPage(document, drawings, { figures: specs, events });
  }
  if (wants("md")) files["report.md"] = toMarkdown(document);
  for (const { name, drawing } of figures) {
    const path = `figures/${name}`;
    if (wants("svg")) files[`${path}.svg`] = drawings[name]!;
    if (wants("png")) files[`${path}.png`] = await drawPng(drawings[name]!);
    if (wants("vl") && "spec" in drawing) {
      files[`${path}.vl.json`] = `${JSON.stringify(drawing.spec, null, 2)}\n`;
    }
  }
  return files;
}

const DEFAULT_FORMATS: readonly ReportFormat[] = ["html", "md", "svg"];

/**
 * The report of one run: `report.html`, one file that holds everything; `report.md` and the figures
 * that it shows. The same record gives the same bytes.
 *
 * @throws ContractError when the record does not honour its contract; CnntargzError `config` for an
 * unknown option or format.
 */
export async function renderReport(
  record: RunRecord,
  options: ReportOptions = {},
): Promise<ReportFiles> {
  checkReport(options);
  encodeContract(RunRecord, record, "run record");
  return renderDocument(runDocument(record), record.events, options.formats ?? DEFAULT_FORMATS);
}

/**
 * Several runs beside each other, in the same files: turn-on curves over each other, rates against
 * bits with and without hints, latency, LUTs and resolution. The same records give the same bytes.
 *
 * @throws ContractError when a record does not honour its contract; CnntargzError `contract` when
 * there is none, or labels repeat; `config` for an unknown option or format.
 */
export async function renderComparison(
  runs: readonly ComparedRun[],
  options: ReportOptions = {},
): Promise<ReportFiles> {
  checkComparison(options);
  if (runs.length === 0) throw new CnntargzError("contract", "there is no run to compare");
  const labels = runs.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined) {
    throw new CnntargzError(
      "contract",
      `two runs are labelled "${twice}"; give each its own label`,
    );
  }
  for (const { label, record } of runs) encodeContract(RunRecord, record, label);
  return renderDocument(comparisonDocument(runs), null, options.formats ?? DEFAULT_FORMATS);
}
