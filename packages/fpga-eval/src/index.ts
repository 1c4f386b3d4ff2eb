export {
  compareDesigns,
  type ComparedReport,
  type CompressionFactors,
  type NamedReport,
  percentOf,
} from "./compare-designs.js";
export { deviceOf, DEVICES, type DevicePart, findDevice, findPart } from "./devices.js";
export {
  type DenseEstimate,
  type DenseOptions,
  estimateDense,
  type TypeOrText,
} from "./estimate-dense.js";
export { estimateFifo, type FifoOptions } from "./estimate-fifo.js";
export { estimateHls } from "./estimate-hls.js";
export { fifoBram18, type FifoResources, fifoResources } from "./fifo.js";
export { hls4mlReport, type Hls4mlReport } from "./hls4ml-report.js";
export { type Evidence, exitCode, judge, judgeResources } from "./judge.js";
export { mergeReports, type ReadReport } from "./readers/merge-reports.js";
export { type HlsApp, parseHlsApp } from "./readers/parse-hls-app.js";
export { isVendorReport, parseVendorReport } from "./readers/parse-vendor-report.js";
export { renderComparison } from "./render-comparison.js";
export { renderHls4ml } from "./render-hls4ml.js";
export { renderResources, renderVerdict } from "./render-text.js";
export { isToolReport, sourceOf } from "./source-of.js";
export { synthesisLike } from "./synthesis-like.js";
export { type ReportTiming, timingOf } from "./timing-of.js";
