import type { IntegerLayer } from "@cnntargz/contracts";

/** hls4ml's class of a layer, by which it looks for types and factors under `LayerType`. */
export const LAYER_CLASS: Readonly<Record<IntegerLayer["kind"], string>> = {
  conv2d: "Conv2D",
  dense: "Dense",
  maxPool2d: "Pooling2D",
  averagePool2d: "Pooling2D",
  activation: "Activation",
  scale: "BatchNormalization",
  flatten: "Reshape",
};

/** Keras' classes of a layer, which hls4ml's `config_from_keras_model` writes and hls4ml never looks for. */
export const KERAS_CLASSES: Readonly<Record<IntegerLayer["kind"], readonly string[]>> = {
  conv2d: ["QConv2D"],
  dense: ["QDense"],
  maxPool2d: ["MaxPooling2D"],
  averagePool2d: ["AveragePooling2D"],
  activation: ["QActivation", "ReLU"],
  scale: ["QBatchNormalization"],
  flatten: ["Flatten"],
};

/** hls4ml's class of the network's input, and Keras'. */
export const INPUT_CLASS = "Input";
export const KERAS_INPUT_CLASS = "InputLayer";
/** hls4ml's class of the scales that it takes out of weights: it never looks for types there. */
export const ALPHA_CLASS = "ApplyAlpha";
/** hls4ml's name of a sequential network's input. */
export const INPUT_NAME = "input_1";
