export { DEVICES, type DevicePart, findDevice, findPart } from "./devices.js";
export {
  type DenseEstimate,
  type DenseOptions,
  estimateDense,
  type TypeOrText,
} from "./estimate-dense.js";
export { estimateFifo, type FifoOptions } from "./estimate-fifo.js";
export { estimateHls } from "./estimate-hls.js";
export { fifoBram18, type FifoResources, fifoResources } from "./fifo.js";
export { type Evidence, exitCode, judge } from "./judge.js";
export { renderResources, renderVerdict } from "./render-text.js";
export { synthesisLike } from "./synthesis-like.js";
