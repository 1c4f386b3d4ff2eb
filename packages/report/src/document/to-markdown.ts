import { printable } from "@cnntargz/contracts/printable";

import type { Figure } from "../figures/figure.js";
import type { Block, Document, Section, Span, Table, Text } from "./document.js";

/** Text that stays text in a Markdown table cell or line. */
function escape(text: string): string {
  return printable(text.replace(/\r?\n/g, " "))
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/[\\|`*_[\]~#]/g, "\\$&");
}

function span(piece: Span): string {
  if (typeof piece === "string") return escape(piece);
  if ("strong" in piece) return `**${escape(piece.strong)}**`;
  if ("code" in piece) return `\`${printable(piece.code).replace(/[`|\r\n]/g, " ")}\``;
  return piece.status === "info" ? "info" : `**${piece.status}**`;
}

const inline = (text: Text): string =>
  typeof text === "string" ? escape(text) : text.map(span).join("");

/** A GitHub-flavoured Markdown table; empty cells print as a dash. */
function table({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(({ title }) => escape(title))),
    line(columns.map(({ align }) => (align === "right" ? "---:" : ":---"))),
    ...rows.map((cells) => line(cells.map((cell) => inline(cell) || "-"))),
  ].join("\n");
}

const figure = ({ name, title, caption, description }: Figure): string =>
  `![${escape(`${title}. ${description}`)}](figures/${name}.svg)\n\n${escape(caption)}`;

/** Text between fences that are longer than any in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function block(part: Block): string[] {
  switch (part.kind) {
    case "paragraph":
      return [inline(part.text)];
    case "heading":
      return [`### ${escape(part.text)}`];
    case "list":
      return [part.items.map((item) => `- ${inline(item)}`).join("\n")];
    case "table":
      return [table(part.table)];
    case "command":
      return [fenced(part.command)];
    case "figures":
      return part.figures.map(figure);
    // A file of text shows neither what is folded away nor what moves.
    case "details":
    case "series":
    case "events":
      return [];
  }
}

const section = ({ title, blocks }: Section): string[] => {
  const parts = blocks.flatMap(block);
  return parts.length === 0 ? [] : [`## ${escape(title)}`, ...parts];
};

const answer = ({ status, sentence }: NonNullable<Document["verdict"]>): string =>
  `${status === null ? "" : `**${status}**: `}${escape(sentence)}`;

/** A report as GitHub-flavoured Markdown; figures are links to `figures/<name>.svg`. */
export function toMarkdown({ title, verdict, sections }: Document): string {
  return `${[
    `# ${escape(title)}`,
    ...(verdict === null ? [] : [answer(verdict)]),
    ...sections.flatMap(section),
  ].join("\n\n")}\n`;
}
