export { binomialDraws, uniforms } from "./draw.js";
export { needs, needsSetting, pathOf, pythonWith } from "./needs.js";
export { randomImages, randomNetwork, type RandomNetworkOptions } from "./random-network.js";
