import type { EventSample } from "@cnntargz/contracts";

import { eventHtml, exampleEvents } from "../events/event-html.js";
import type { Figure } from "../figures/figure.js";
import { swatch } from "../figures/swatch.js";
import { escapeXml } from "../escape-xml.js";
import type { Block, Document, Section, Span, Table, Text } from "./document.js";
import { Html, html } from "./html.js";

/** Drawn figures by name, as SVG text. */
export type Drawings = Readonly<Record<string, string>>;

function span(piece: Span): Html {
  if (typeof piece === "string") return html`${piece}`;
  if ("strong" in piece) return html`<strong>${piece.strong}</strong>`;
  if ("code" in piece) return html`<code>${piece.code}</code>`;
  return html`<span class="status ${piece.status}">${piece.status}</span>`;
}

const inline = (text: Text): Html =>
  typeof text === "string" ? html`${text}` : html`${text.map(span)}`;

function table({ caption, columns, rows }: Table): Html {
  const className = (column: number) =>
    columns[column]?.align === "right" ? html` class="number"` : html``;
  const cell = (text: Text, column: number) => {
    const content = text.length === 0 ? html`<span class="none">-</span>` : inline(text);
    return column === 0
      ? html`<th scope="row">${content}</th>`
      : html`<td${className(column)}>${content}</td>`;
  };
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title }, column) => html`<th scope="col" ${className(column)}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map(cell)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `;
}

/**
 * A drawn figure as part of a page: it takes the width there is, has a name for those who do not see
 * it, and ids of its own.
 */
export function embedSvg(svg: string, name: string, description: string): Html {
  const [, width] = /^<svg[^>]*? width="([\d.]+)"/.exec(svg) ?? [];
  const text = svg
    .trim()
    .replace(/\b(id="|url\(#)/g, `$1${name}-`)
    .replace(/^<svg[^>]*>/, (tag) => {
      const [, box] = /viewBox="([^"]+)"/.exec(tag)!;
      const [, family] = /font-family="([^"]+)"/.exec(tag) ?? [];
      const [, size] = /font-size="([^"]+)"/.exec(tag) ?? [];
      const font = family === undefined ? "" : ` font-family="${family}" font-size="${size ?? ""}"`;
      return `<svg viewBox="${box!}" width="${width!}" role="img" aria-label="${escapeXml(description)}"${font}>`;
    });
  return new Html(text);
}

function figure(
  { name, title, caption, description, table: numbers, drawing, hasSeriesLegend }: Figure,
  drawings: Drawings,
): Html {
  const live = "spec" in drawing ? html` data-live="${name}"` : html``;
  return html`<figure
    id="figure-${name}"
    class="${"spec" in drawing ? "plot" : "chart"}${hasSeriesLegend ? " no-legend" : ""}"
  >
    <div class="drawing" ${live}>
      ${embedSvg(drawings[name]!, name, `${title}. ${description}`)}
    </div>
    <figcaption><strong>${title}.</strong> ${caption}</figcaption>
    <details>
      <summary>Numbers<span class="hidden"> of ${title}</span></summary>
      ${table(numbers)}
    </details>
  </figure> `;
}

function series(title: string, labels: readonly string[]): Html {
  return html`<fieldset class="series">
    <legend>${title}</legend>
    ${labels.map(
      (label, index) =>
        html`<label
          ><input
            type="checkbox"
            checked
            data-series="${index}"
          />${new Html(swatch(index))}${label}</label
        > `,
    )}
  </fieldset> `;
}

function events(sample: EventSample): Html {
  const examples = exampleEvents(sample);
  return html`<div class="events" data-events>
    <div class="event-examples">
      ${examples.map((event) => html`${new Html(eventHtml(event, sample))} `)}
    </div>
  </div> `;
}

function block(part: Block, drawings: Drawings): Html {
  switch (part.kind) {
    case "paragraph":
      return html`<p>${inline(part.text)}</p> `;
    case "heading":
      return html`<h3>${part.text}</h3> `;
    case "list":
      return html`<ul>
        ${part.items.map((item) => html`<li>${inline(item)}</li>`)}
      </ul> `;
    case "table":
      return table(part.table);
    case "command":
      return html`<pre class="command" tabindex="0"><code>${part.command}</code></pre> `;
    case "details":
      return html`<details>
        <summary>${part.summary}</summary>
        <pre tabindex="0"><code>${part.code}</code></pre>
      </details> `;
    case "figures":
      return html`<div class="figures${part.figures.length > 1 ? " many" : ""}">
        ${part.figures.map((each) => figure(each, drawings))}
      </div> `;
    case "series":
      return series(part.title, part.labels);
    case "events":
      return events(part.sample);
  }
}

const section = ({ id, title, blocks }: Section, drawings: Drawings): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${blocks.map((part) => block(part, drawings))}
  </section> `;

/** The body of a report's page: header with the answer, links to sections, sections. */
export function toHtml(
  { title, verdict, keyFigures, sections }: Document,
  drawings: Drawings,
): Html {
  const answer =
    verdict === null
      ? html``
      : html`<p class="verdict">
          <span class="status ${verdict.status}">${verdict.status}</span> ${verdict.sentence}
        </p> `;
  const figures =
    keyFigures.length === 0
      ? html``
      : html`<ul class="key-figures">
          ${keyFigures.map(
            ({ name, value, required, status }) =>
              html`<li class="${status}">
                <span class="name">${name}</span><span class="value">${value}</span
                ><span class="required"
                  ><span class="status ${status}">${status}</span> ${required}</span
                >
              </li> `,
          )}
        </ul> `;
  return html`<a class="skip" href="#main">Skip to the report</a>
    <header>
      <p class="brand">CNN.tar.gz</p>
      <h1>${title}</h1>
      ${answer}${figures}
    </header>
    <div class="layout">
      <nav aria-label="Sections">
        <ol>
          ${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li> `)}
        </ol>
      </nav>
      <main id="main">${sections.map((each) => section(each, drawings))}</main>
    </div> `;
}
