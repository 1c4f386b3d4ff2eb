export { formatDecimal } from "./decimal.js";
export { legalReuseFactors, requireLegalReuseFactor } from "./reuse-factor.js";
export { planHls } from "./plan-hls.js";
export { renderHls, type RenderOptions } from "./render-hls.js";
export type { Testbench } from "./testbench.js";
