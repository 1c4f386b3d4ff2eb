import type { RunRecord, VerdictRow } from "@cnntargz/contracts";

import { type KeyFigure, left, right, type Section } from "../document/document.js";
import { percent, significant } from "../numbers.js";

/** A verdict's number: rates below a percent in per mille, other shares as they are. */
function valueOf(number: number | null, { unit, limit }: VerdictRow): string {
  if (number === null) return "";
  if (unit === "" && limit !== null && limit < 0.01) return `${significant(1000 * number, 3)} ‰`;
  return `${significant(number)}${unit === "" ? "" : ` ${unit}`}`;
}

/** The verdict's rows, and what was compared in each. */
export function verdictSection({ verdict, judged }: RunRecord): Section {
  const section = { id: "verdict", title: "Verdict" };
  if (verdict === null) {
    return { ...section, blocks: [{ kind: "paragraph", text: "Nothing was judged." }] };
  }
  const table = {
    caption: `Requirements on ${judged}`,
    columns: [
      left("requirement"),
      left("status"),
      right("value"),
      right("limit"),
      right("margin"),
      left("what was compared"),
    ],
    rows: verdict.rows.map((row) => [
      row.requirement,
      [{ status: row.status }],
      valueOf(row.value, row),
      valueOf(row.limit, row),
      row.margin === null ? "" : percent(row.margin),
      row.note,
    ]),
  };
  return {
    ...section,
    title: `Verdict: ${verdict.status}`,
    blocks: [
      {
        kind: "paragraph",
        text: `For ${judged}. Margins are fractions of the limit; rows of status info are not required.`,
      },
      { kind: "table", table },
    ],
  };
}

/** Required rows of the verdict as figures of merit. */
export function keyFigures({ verdict }: RunRecord): readonly KeyFigure[] {
  const rows = verdict?.rows.filter(({ status }) => status !== "info") ?? [];
  return rows.map((row) => ({
    name: row.requirement,
    value: valueOf(row.value, row) || "not known",
    required: row.margin === null ? "" : `margin ${percent(row.margin, 2)}`,
    status: row.status,
  }));
}

const SENTENCES = {
  pass: "meets every requirement",
  fail: "does not meet every requirement",
  inconclusive: "could not be judged on every requirement",
} as const;

/** The answer in one word and one sentence. */
export function verdictOf({ verdict, judged, resources }: RunRecord) {
  if (verdict === null) return null;
  const missed = verdict.rows
    .filter(({ status }) => status === "fail" || status === "inconclusive")
    .map(({ requirement, status }) => `${requirement} (${status})`);
  const on = resources === null ? "" : ` on ${resources.device.name}`;
  const which = missed.length === 0 ? "" : `: ${missed.join("; ")}`;
  return {
    status: verdict.status,
    sentence: `${judged}${on} ${SENTENCES[verdict.status]}${which}.`,
  };
}
