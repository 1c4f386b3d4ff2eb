import { CnntargzError } from "@cnntargz/contracts";

/** The text of a report in lines, with the name that messages call it by. */
export interface ReportText {
  readonly name: string;
  readonly text: string;
  /** Without line ends; CRLF counts as one. */
  readonly lines: readonly string[];
}

/** Reports of whole projects are a few megabytes; what is larger is something else. */
const MAX_CHARACTERS = 2 ** 26;

/**
 * Give up on a report.
 *
 * @throws CnntargzError `artifact`, always: `what` says what is wrong and what to do.
 */
export function refuse({ name }: Pick<ReportText, "name">, what: string): never {
  throw new CnntargzError("artifact", `${name}: ${what}`);
}

/**
 * Text of a file, ready to be read; a byte order mark is dropped.
 *
 * @throws CnntargzError `artifact` when it is empty, not text, or larger than reports are.
 */
export function openText(text: string, fileName?: string): ReportText {
  const name = fileName ?? "the report";
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const report = { name, text: plain };
  if (plain.trim() === "") refuse(report, "is empty; run the tool again");
  if (plain.length > MAX_CHARACTERS) {
    refuse(
      report,
      `has ${plain.length} characters, reports have at most ${MAX_CHARACTERS}; give the report itself, not a log or archive`,
    );
  }
  if (plain.includes("\0")) {
    refuse(
      report,
      "has zero bytes: it seems to be UTF-16 or binary; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)",
    );
  }
  return { ...report, lines: plain.split(/\r\n|\n|\r/) };
}

/** Index of the first line from `start` on that is `wanted` but for blanks around it; -1 if none. */
export function findLine(report: ReportText, wanted: string | RegExp, start = 0): number {
  for (let at = start; at < report.lines.length; at++) {
    const line = report.lines[at]!.trim();
    if (typeof wanted === "string" ? line === wanted : wanted.test(line)) return at;
  }
  return -1;
}

/**
 * Index of a line that the report must have.
 *
 * @throws CnntargzError `artifact` when it does not.
 */
export function requireLine(
  report: ReportText,
  wanted: string | RegExp,
  start: number,
  what: string,
): number {
  const at = findLine(report, wanted, start);
  if (at < 0) {
    refuse(
      report,
      `has no ${what}: it is cut off, edited, or not in English; let the tool print it again (LC_ALL=C)`,
    );
  }
  return at;
}
