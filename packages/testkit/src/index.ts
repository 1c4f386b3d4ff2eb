export { needs } from "./needs.js";
export { randomImages, randomNetwork, type RandomNetworkOptions } from "./random-network.js";
