export { binomialDraws, uniforms } from "./draw.js";
export { denseNetwork, hls4mlLikeProject, type Hls4mlLikeOptions } from "./hls4ml-like.js";
export { needs, needsSetting, pathOf, pythonWith } from "./needs.js";
export { randomImages, randomNetwork, type RandomNetworkOptions } from "./random-network.js";
