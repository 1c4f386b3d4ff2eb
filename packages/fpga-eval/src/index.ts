export { DEVICES, findDevice } from "./devices.js";
export { estimateHls } from "./estimate-hls.js";
export { fifoBram18, type FifoResources, fifoResources } from "./fifo.js";
export { type Evidence, exitCode, judge } from "./judge.js";
export { renderResources, renderVerdict } from "./render-text.js";
