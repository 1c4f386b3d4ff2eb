import { refuse, type ReportText } from "./report-text.js";

/** What tools print where they have no number. */
const UNKNOWN = new Set(["", "-", "?", "x", "undef", "na", "n/a", "inf"]);

const isUnknown = (cell: string) => UNKNOWN.has(cell.trim().toLowerCase());

/**
 * A count: digits and nothing else.
 *
 * @param what the field, for messages
 * @throws CnntargzError `artifact` for anything else, negative numbers and thousands separators included.
 */
export function readCount(report: ReportText, cell: string, what: string): number {
  const text = cell.trim();
  if (!/^\d{1,12}$/.test(text)) {
    refuse(
      report,
      `${what} is "${text.slice(0, 40)}", which is not a count in plain digits; let the tool print it again (LC_ALL=C)`,
    );
  }
  return Number(text);
}

/** A count, or null where the tool prints that it has none (`-`, `?`, `undef`, `NA`). */
export function readCountIfAny(report: ReportText, cell: string, what: string): number | null {
  return isUnknown(cell) ? null : readCount(report, cell, what);
}

/**
 * A number with a decimal point, and `unit` behind it or not; null where the tool has none.
 *
 * @throws CnntargzError `artifact` for anything else, a decimal comma included.
 */
export function readDecimalIfAny(
  report: ReportText,
  cell: string,
  what: string,
  unit: "ns" | "" = "ns",
): number | null {
  if (isUnknown(cell)) return null;
  const text = cell.trim();
  const bare = unit !== "" && text.endsWith(unit) ? text.slice(0, -unit.length).trimEnd() : text;
  if (!/^-?\d{1,12}(\.\d{1,12})?$/.test(bare)) {
    refuse(
      report,
      `${what} is "${text.slice(0, 40)}", which is not a number with a decimal point; let the tool print it again (LC_ALL=C)`,
    );
  }
  return Number(bare);
}

/**
 * A clock period that was asked for, null where there is none.
 *
 * @throws CnntargzError `artifact` for what is no positive number.
 */
export function readPeriodIfAny(report: ReportText, cell: string, what: string): number | null {
  const period = readDecimalIfAny(report, cell, what);
  if (period !== null && period <= 0) {
    refuse(
      report,
      `${what} is ${period} ns; a clock period is positive: let the tool print it again`,
    );
  }
  return period;
}

/**
 * A clock period that timing analysis finds: 0 where nothing lies between registers, as in a design of
 * wires; null where there is none.
 *
 * @throws CnntargzError `artifact` for negative numbers.
 */
export function readAchievedIfAny(report: ReportText, cell: string, what: string): number | null {
  const period = readDecimalIfAny(report, cell, what);
  if (period !== null && period < 0) {
    refuse(report, `${what} is ${period} ns, which is no period; let the tool print it again`);
  }
  return period;
}

/** An average of counts, null where there is none. */
export function readAverageIfAny(report: ReportText, cell: string, what: string): number | null {
  const average = readDecimalIfAny(report, cell, what, "");
  if (average !== null && average < 0) {
    refuse(report, `${what} is ${average}, which is no average of counts; simulate again`);
  }
  return average;
}
