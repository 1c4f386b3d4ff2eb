export {
  COMPARED_DESIGNS,
  type ComparedDesign,
  type Misprint,
  MISPRINTS,
  PUBLISHED_CLOCK_NS,
  PUBLISHED_DESIGNS,
  type PublishedDesign,
} from "./published-designs.js";
export {
  renderComparison,
  renderReport,
  type ReportFiles,
  type ReportFormat,
  type ReportOptions,
} from "./render-report.js";
export type { ComparedRun } from "./sections/comparison-document.js";
