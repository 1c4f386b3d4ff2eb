import type { EventSample } from "@cnntargz/contracts";

import { eventHtml, exampleEvents } from "../events/event-html.js";
import type { Figure } from "../figures/figure.js";
import { swatch } from "../figures/swatch.js";
import type { Block, Document, KeyFigure, Section, Span, Status, Table, Text } from "./document.js";
import { Html, markup } from "./markup.js";

/** Drawn figures by name, as SVG text. */
export type Drawings = Readonly<Record<string, string>>;

const statusOf = (status: Status): Html => markup`<span class="status ${status}">${status}</span>`;

function span(piece: Span): Html {
  if (typeof piece === "string") return markup`${piece}`;
  if ("strong" in piece) return markup`<strong>${piece.strong}</strong>`;
  if ("code" in piece) return markup`<code>${piece.code}</code>`;
  return statusOf(piece.status);
}

const inline = (text: Text): Html =>
  typeof text === "string" ? markup`${text}` : markup`${text.map(span)}`;

/** A value over its interval: `0.5 (0.4..0.6)` would be too wide. */
function withRange(text: Text): Html {
  const [, value, range] =
    typeof text === "string" ? (/^(\S+) (\(\S+\.\.\S+\))$/.exec(text) ?? []) : [];
  if (value === undefined) return inline(text);
  return markup`${value} <span class="range">${range!}</span>`;
}

function table({ caption, columns, rows }: Table): Html {
  const numeric = columns.map(({ align }) => (align === "right" ? markup` class="number"` : ""));
  const head = columns.map(
    ({ title }, column) => markup`<th scope="col"${numeric[column]!}>${title}</th>`,
  );
  const cell = (text: Text, column: number): Html => {
    const content = text.length === 0 ? markup`<span class="none">-</span>` : withRange(text);
    return column === 0
      ? markup`<th scope="row">${content}</th>`
      : markup`<td${numeric[column] ?? ""}>${content}</td>`;
  };
  const body = rows.map((cells) => markup`<tr>${cells.map(cell)}</tr>\n`);
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>\n`;
}

/** A drawn figure as part of a page: it takes the width there is, and has ids of its own. */
const embedSvg = (svg: string, name: string): Html =>
  new Html(
    svg
      .trim()
      .replace(/<[^>]*>/g, (tag) => tag.replace(/( id="|="url\(#)/g, `$1${name}-`))
      .replace(/^(<svg[^>]*?) height="[^"]*"/, "$1"),
  );

function figure(figure: Figure, drawings: Drawings): Html {
  const { name, title, caption, drawing, hasSeriesLegend = false, leastWidth = 0 } = figure;
  const isPlot = "spec" in drawing;
  const classes = [isPlot ? "plot" : "chart", ...(hasSeriesLegend ? ["no-legend"] : [])].join(" ");
  const live = isPlot ? markup` data-live="${name}"` : "";
  const least = `--least:${leastWidth}px`;
  // What is wider than a phone is scrolled, also by keyboard.
  const wide =
    leastWidth > 0
      ? markup`<div class="wide" role="region" aria-label="Drawing: ${title}" tabindex="0" style="${least}">`
      : markup`<div>`;
  return markup`<figure id="figure-${name}" class="${classes}">
${wide}<div class="drawing"${live}>${embedSvg(drawings[name]!, name)}</div></div>
<figcaption><strong>${title}.</strong> ${caption}</figcaption>
<details><summary>Numbers<span class="hidden"> of ${title}</span></summary>${table(figure.table)}</details>
</figure>\n`;
}

function series(title: string, labels: readonly string[]): Html {
  const boxes = labels.map(
    (label, index) =>
      markup`<label><input type="checkbox" checked data-series="${index}">${new Html(swatch(index))}${label}</label>\n`,
  );
  return markup`<fieldset class="series"><legend>${title}</legend>\n${boxes}</fieldset>\n`;
}

function events(sample: EventSample): Html {
  const examples = exampleEvents(sample).map((event) => new Html(eventHtml(event, sample)));
  return markup`<div class="events" data-events>\n${examples}</div>\n`;
}

function block(part: Block, drawings: Drawings): Html {
  switch (part.kind) {
    case "paragraph":
      return markup`<p>${inline(part.text)}</p>\n`;
    case "heading":
      return markup`<h3>${part.text}</h3>\n`;
    case "list":
      return markup`<ul>${part.items.map((item) => markup`<li>${inline(item)}</li>`)}</ul>\n`;
    case "table":
      return table(part.table);
    case "command":
      return markup`<pre class="command" tabindex="0"><code>${part.command}</code></pre>\n`;
    case "details":
      return markup`<details><summary>${part.summary}</summary><pre tabindex="0"><code>${part.code}</code></pre></details>\n`;
    case "figures": {
      const shown = part.figures.map((each) => figure(each, drawings));
      return markup`<div class="figures${shown.length > 1 ? " many" : ""}">\n${shown}</div>\n`;
    }
    case "series":
      return series(part.title, part.labels);
    case "events":
      return events(part.sample);
  }
}

const section = ({ id, title, blocks }: Section, drawings: Drawings): Html =>
  markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${blocks.map((part) => block(part, drawings))}</section>\n`;

const keyFigure = ({ name, value, required, status }: KeyFigure): Html =>
  markup`<li class="${status}"><span class="name">${name}</span><span class="value">${value}</span><span class="required">${statusOf(status)} ${required}</span></li>\n`;

function header({ title, verdict, keyFigures }: Document): Html {
  const answer =
    verdict === null
      ? ""
      : markup`<p class="verdict">${verdict.status === null ? "" : statusOf(verdict.status)} ${verdict.sentence}</p>\n`;
  const figures =
    keyFigures.length === 0
      ? ""
      : markup`<ul class="key-figures">\n${keyFigures.map(keyFigure)}</ul>\n`;
  return markup`<header>
<p class="brand">CNN.tar.gz</p>
<h1>${title}</h1>
${answer}${figures}</header>\n`;
}

/** The body of a report's page: header with the answer, links to sections, sections. */
export function toHtml(document: Document, drawings: Drawings): Html {
  const links = document.sections.map(
    ({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>\n`,
  );
  return markup`<a class="skip" href="#main">Skip to the report</a>
${header(document)}<div class="layout">
<nav aria-label="Sections"><ol>
${links}</ol></nav>
<main id="main">
${document.sections.map((each) => section(each, drawings))}</main>
</div>\n`;
}
