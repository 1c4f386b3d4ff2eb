export { needs, pythonWith } from "./needs.js";
export { randomImages, randomNetwork, type RandomNetworkOptions } from "./random-network.js";
