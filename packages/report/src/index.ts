export {
  type Misprint,
  MISPRINTS,
  PUBLISHED_CLOCK_NS,
  PUBLISHED_DESIGNS,
  type PublishedDesign,
} from "./published-designs.js";
export { figureSpecs, renderFigures } from "./render-figures.js";
export { renderReport } from "./render-report.js";
export type { FigureInput, ReportInput, ReportModel } from "./report-input.js";
