import { refuse, type ReportText } from "./report-text.js";

/** A table that a tool has drawn with `+---+` and `|`. */
export interface DrawnTable {
  /** Titles, each with what spans it from above: `Latency (cycles) min`. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Blanks before the first cell of each row, which tell the depth in hierarchies. */
  readonly indents: readonly number[];
}

/** More than any tool draws; a bound on the work that a hostile file can cause. */
const MAX_COLUMNS = 64;
const MAX_HEADER_LINES = 8;

const isRule = (line: string) => /^\+[-+]+\+$/.test(line);

/** Titles of columns between `borders`, from header lines in which a cell may span several columns. */
function readTitles(lines: readonly string[], borders: readonly number[]): string[] {
  const titles = borders.slice(1).map((): string[] => []);
  for (const line of lines) {
    const cells = line.trim().split("|").slice(1, -1);
    for (const [column, words] of titles.entries()) {
      if (cells.length === titles.length) {
        words.push(...cells[column]!.trim().split(/ +/).filter(Boolean));
        continue;
      }
      const middle = (borders[column]! + borders[column + 1]!) >> 1;
      const from = line.lastIndexOf("|", middle) + 1;
      const to = line.indexOf("|", middle);
      const word = line.slice(from, to < 0 ? undefined : to).trim();
      if (word !== "") words.push(word);
    }
  }
  return titles.map((words) => words.join(" "));
}

/**
 * The table whose first rule is line `start`.
 *
 * @throws CnntargzError `artifact` when it is cut off or its rows do not fit its header.
 */
export function readDrawnTable(report: ReportText, start: number, what: string): DrawnTable {
  const first = report.lines[start]!;
  const rule = first.trim();
  const cutOff = () =>
    refuse(report, `${what} is cut off in line ${start + 1}; let the tool print it again`);
  if (!isRule(rule)) cutOff();
  const borders = [...first.matchAll(/\+/g)].map(({ index }) => index);
  const header: string[] = [];
  let at = start + 1;
  while (at < report.lines.length && report.lines[at]!.trim().startsWith("|")) {
    header.push(report.lines[at++]!);
  }
  if (report.lines[at]?.trim() !== rule || header.length === 0) cutOff();
  if (borders.length > MAX_COLUMNS || header.length > MAX_HEADER_LINES) {
    refuse(
      report,
      `${what} has ${borders.length - 1} columns, no report has; give the report itself`,
    );
  }
  const columns = readTitles(header, borders);
  const rows: string[][] = [];
  const indents: number[] = [];
  for (at++; at < report.lines.length; at++) {
    const line = report.lines[at]!.trim();
    if (isRule(line)) continue;
    if (!line.startsWith("|")) break;
    const cells = line.split("|").slice(1, -1);
    if (cells.length !== columns.length) {
      refuse(
        report,
        `line ${at + 1} has ${cells.length} cells, the header of ${what} ${columns.length}; let the tool print it again`,
      );
    }
    rows.push(cells.map((cell) => cell.trim()));
    indents.push(cells[0]!.length - cells[0]!.trimStart().length);
  }
  if (report.lines[at - 1]!.trim() !== rule) cutOff();
  return { columns, rows, indents };
}

/**
 * The table below line `label`, or null where the tool prints `N/A` instead.
 *
 * @throws CnntargzError `artifact` when there is neither.
 */
export function readTableBelow(report: ReportText, label: number, what: string): DrawnTable | null {
  let at = label + 1;
  while (report.lines[at]?.trim() === "") at++;
  const line = report.lines[at]?.trim() ?? "";
  if (line === "N/A") return null;
  if (!line.startsWith("+")) {
    refuse(
      report,
      `has no table below "${report.lines[label]!.trim()}" in line ${label + 1} (${what}); let the tool print it again`,
    );
  }
  return readDrawnTable(report, at, what);
}

/** Index of the column with that title, -1 if there is none. */
export const findColumn = (table: DrawnTable, title: RegExp): number =>
  table.columns.findIndex((column) => title.test(column));

/**
 * Index of a column that the table must have.
 *
 * @throws CnntargzError `artifact` when it has not.
 */
export function requireColumn(
  report: ReportText,
  table: DrawnTable,
  title: RegExp,
  what: string,
): number {
  const column = findColumn(table, title);
  if (column < 0) {
    refuse(
      report,
      `${what} has no column ${title.source.replace(/[\\^$]/g, "")}, only ${table.columns.join(", ")}; it is not in English or not of this tool`,
    );
  }
  return column;
}
