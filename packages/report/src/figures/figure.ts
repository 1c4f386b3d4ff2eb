import type { TopLevelSpec } from "vega-lite";

import type { Table } from "../document/document.js";

/** A figure with everything that stands for it where it can not be seen. */
export interface Figure {
  /** File name without folder and ending. */
  readonly name: string;
  readonly title: string;
  /** What it shows and how to read it, in a sentence or two. */
  readonly caption: string;
  /** What one sees in it, numbers included: for those who do not. */
  readonly description: string;
  /** The numbers drawn. */
  readonly table: Table;
  /** Drawn by Vega-Lite, or as an SVG document made by hand. */
  readonly drawing: { readonly spec: TopLevelSpec } | { readonly svg: string };
  /** Which series (models or runs, by index) it shows; readers can hide them. */
  readonly series: readonly number[];
  /** Whether its legend only names those, which a page with check boxes need not repeat. */
  readonly hasSeriesLegend?: boolean;
  /** Pixels below which a page scrolls to its parts rather than squeezing it; 0 when left out. */
  readonly leastWidth?: number;
}
