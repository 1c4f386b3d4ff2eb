export type { LayerFactory, LayerOptions } from "./layer-factory.js";
export { QAveragePool2D } from "./q-average-pool2d.js";
export { QConv2D } from "./q-conv2d.js";
export { QDense } from "./q-dense.js";
export { quantizedLayers } from "./quantized-layers.js";
