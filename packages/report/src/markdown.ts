/** Text that stays text in a Markdown table cell or line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\r?\n/g, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/[\\|`*_[\]~#]/g, "\\$&");
}

/** A column of a Markdown table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A GitHub-flavoured Markdown table; cells are Markdown already, empty ones print as a dash. */
export function markdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === "right" ? "---:" : ":---"))),
    ...rows.map((cells) => line(cells.map((cell) => (cell === "" ? "-" : cell)))),
  ].join("\n");
}
