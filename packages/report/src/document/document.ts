import type { EventSample, VerdictStatus } from "@cnntargz/contracts";

import type { Figure } from "../figures/figure.js";

/** A status of a verdict or of one of its rows. */
export type Status = VerdictStatus;

/** A piece of text: plain, or set apart. */
export type Span =
  | string
  | { readonly strong: string }
  | { readonly code: string }
  /** A status of a verdict, shown as such. */
  | { readonly status: Status };
/** Text of a paragraph or a cell; an empty one is shown as a dash. */
export type Text = string | readonly Span[];

/** A column of a table; numbers stand right. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A table; the first cell of each row names the row. */
export interface Table {
  /** What the table holds: its name for those who do not see where it stands. */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Text[])[];
}

/** A part of a section. */
export type Block =
  | { readonly kind: "paragraph"; readonly text: Text }
  | { readonly kind: "list"; readonly items: readonly Text[] }
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "command"; readonly command: string }
  /** Long text that few readers want. */
  | { readonly kind: "details"; readonly summary: string; readonly code: string }
  | { readonly kind: "heading"; readonly text: string }
  /** Figures that belong side by side where there is room. */
  | { readonly kind: "figures"; readonly figures: readonly Figure[] }
  /** Check boxes that hide series in the section's figures. */
  | { readonly kind: "series"; readonly title: string; readonly labels: readonly string[] }
  | { readonly kind: "events"; readonly sample: EventSample };

/** A section of a report. */
export interface Section {
  /** For links: lower-case letters and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A figure of merit that stands on top. */
export interface KeyFigure {
  readonly name: string;
  readonly value: string;
  /** What is asked of it; empty when nothing is. */
  readonly required: string;
  readonly status: Status;
}

/** A report before anybody has decided what it looks like. */
export interface Document {
  readonly title: string;
  /** The answer in a sentence, and in a word where it is one answer; null when nothing was judged. */
  readonly verdict: { readonly status: Status | null; readonly sentence: string } | null;
  readonly keyFigures: readonly KeyFigure[];
  readonly sections: readonly Section[];
}

/** A left-aligned column. */
export const left = (title: string): Column => ({ title });
/** A right-aligned column. */
export const right = (title: string): Column => ({ title, align: "right" });
