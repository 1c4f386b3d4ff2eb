export { formatDecimal } from "./decimal.js";
export { type ConfigOptions, configFromNetwork, type Granularity } from "./config-from-network.js";
export { legalReuseFactors, requireLegalReuseFactor } from "./reuse-factor.js";
export { planHls } from "./plan-hls.js";
export { readHls4mlConfig } from "./read-hls4ml-config.js";
export { renderHls, type RenderOptions } from "./render-hls.js";
export { type ResolvedConfig, resolveHls4mlConfig } from "./resolve-hls4ml-config.js";
export { type LayerTypes, type NetworkTypes, retypeNetwork } from "./retype-network.js";
export type { Testbench } from "./testbench.js";
