import type { LayerSpec, NetworkSpec } from "@cnntargz/contracts";

/** Height, width and channels of an image; 1, 1 and units after a dense layer. */
export type ImageShape = readonly [number, number, number];

/** A layer of a network with what goes through it. */
export interface ShapedLayer {
  readonly layer: LayerSpec;
  readonly input: ImageShape;
  readonly output: ImageShape;
  /** Weights and biases. */
  readonly parameters: number;
  /** Multiplications per image. */
  readonly multiplications: number;
}

const positions = (size: number, window: number, stride: number, isPadded: boolean): number =>
  isPadded ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1;

function outputOf(layer: LayerSpec, [height, width, channels]: ImageShape): ImageShape {
  switch (layer.kind) {
    case "conv2d": {
      const isPadded = layer.padding === "same";
      return [
        positions(height, layer.kernelSize[0], layer.strides[0], isPadded),
        positions(width, layer.kernelSize[1], layer.strides[1], isPadded),
        layer.filters,
      ];
    }
    case "maxPool2d":
    case "averagePool2d": {
      const [down, across] = layer.strides ?? layer.poolSize;
      return [
        positions(height, layer.poolSize[0], down, false),
        positions(width, layer.poolSize[1], across, false),
        channels,
      ];
    }
    case "flatten":
      return [1, 1, height * width * channels];
    case "dense":
      return [1, 1, layer.units];
  }
}

/** Shapes, parameters and multiplications of every layer of a network. */
export function shapeLayers({ inputShape, layers }: NetworkSpec): readonly ShapedLayer[] {
  let input: ImageShape = inputShape;
  return layers.map((layer) => {
    const output = outputOf(layer, input);
    const [height, width, outputs] = output;
    const inputs =
      layer.kind === "conv2d"
        ? layer.kernelSize[0] * layer.kernelSize[1] * input[2]
        : layer.kind === "dense"
          ? input[0] * input[1] * input[2]
          : 0;
    const isWeighted = layer.kind === "conv2d" || layer.kind === "dense";
    const shaped = {
      layer,
      input,
      output,
      parameters: isWeighted ? (inputs + 1) * outputs : 0,
      multiplications: isWeighted ? inputs * height * width * outputs : 0,
    };
    input = output;
    return shaped;
  });
}
