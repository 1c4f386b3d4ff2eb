import type { IntegerLayer } from "@cnntargz/contracts";

/** hls4ml's class names of a layer, as keys of `LayerType`; the first is the one we write. */
export const LAYER_CLASSES: Readonly<Record<IntegerLayer["kind"], readonly string[]>> = {
  conv2d: ["Conv2D", "QConv2D"],
  dense: ["Dense", "QDense"],
  maxPool2d: ["MaxPooling2D"],
  averagePool2d: ["AveragePooling2D"],
  activation: ["Activation", "QActivation", "ReLU"],
  scale: ["BatchNormalization", "ApplyAlpha"],
  flatten: ["Flatten", "Reshape"],
};

/** hls4ml's class name of the network's input. */
export const INPUT_CLASS = "InputLayer";
/** hls4ml's name of a sequential network's input: `input_1`, or the next that no layer has. */
export function inputNameOf(layers: readonly { readonly name: string }[]): string {
  const names = new Set(layers.map(({ name }) => name));
  let number = 1;
  while (names.has(`input_${number}`)) number += 1;
  return `input_${number}`;
}
