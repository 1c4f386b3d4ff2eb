export { binomialDraws, uniforms } from "./draw.js";
export { needs, pythonWith } from "./needs.js";
export { randomImages, randomNetwork, type RandomNetworkOptions } from "./random-network.js";
