import { z } from "zod";

/** How large a network may be: far more than an FPGA holds, and little enough for any computer. */
export const NETWORK_LIMITS = {
  layers: 65_536,
  /** Elements that a layer reads, zeros around them included, or writes per image. */
  layerElements: 2 ** 20,
  /** Elements that all layers write per image. */
  elements: 2 ** 22,
  /** Weights of all layers. */
  weights: 2 ** 22,
  /** Products and comparisons of all layers per image. */
  operations: 2 ** 30,
} as const;

/** What one layer adds to the size of a network. */
export interface LayerSize {
  readonly name: string;
  /** Elements read per image, zeros around them included. */
  readonly reads: number;
  /** Elements written per image. */
  readonly writes: number;
  readonly weights: number;
  /** Products, or comparisons of a pool, per image. */
  readonly operations: number;
}

/** [height, width, channels] of the images that a network takes. */
export const InputShape = z
  .tuple([z.int().min(1), z.int().min(1), z.int().min(1)])
  .readonly()
  .refine(
    ([height, width, channels]) => height * width * channels <= NETWORK_LIMITS.layerElements,
    {
      error: `an image has at most ${NETWORK_LIMITS.layerElements} elements`,
    },
  );

/** [height, width, channels]. */
type ImageShape = readonly [number, number, number];

/** The size of a layer with a window, or of a dense layer: a window over all it reads. */
export function layerSize(layer: {
  readonly name: string;
  readonly inputShape: ImageShape;
  readonly outputShape: ImageShape;
  /** Zeros above and below, left and right together. */
  readonly pads?: readonly [number, number];
  /** [height, width]; [1, 1] for elementwise layers. */
  readonly window?: readonly [number, number];
  /** Whether each output has weights for the whole window and all channels. */
  readonly multiplies?: boolean;
}): LayerSize {
  const { name, inputShape, outputShape, pads = [0, 0], window = [1, 1] } = layer;
  const [height, width, channels] = inputShape;
  const [rows, columns, outputs] = outputShape;
  const weights = layer.multiplies === true ? window[0] * window[1] * channels * outputs : 0;
  const perPosition = Math.max(weights, window[0] * window[1] * outputs);
  return {
    name,
    reads: (height + pads[0]) * (width + pads[1]) * channels,
    writes: rows * columns * outputs,
    weights,
    operations: rows * columns * perPosition,
  };
}

const spell = (value: number): string => value.toLocaleString("en-US");

/** What makes a network larger than {@link NETWORK_LIMITS}, in a sentence; null when nothing does. */
export function sizeFault(layers: readonly LayerSize[]): string | null {
  const limits = NETWORK_LIMITS;
  if (layers.length > limits.layers) {
    return `the network has ${spell(layers.length)} layers, at most ${spell(limits.layers)} are taken: leave some out`;
  }
  for (const { name, reads, writes } of layers) {
    const [does, elements] = writes > limits.layerElements ? ["writes", writes] : ["reads", reads];
    if (elements <= limits.layerElements) continue;
    return `layer ${name} ${does} ${spell(elements)} elements per image, at most ${spell(limits.layerElements)} are taken: make its image smaller`;
  }
  const totals = [
    ["writes", "elements per image", limits.elements, "make images smaller or use fewer channels"],
    ["weights", "weights", limits.weights, "make kernels smaller or use fewer channels"],
    ["operations", "operations per image", limits.operations, "make windows or images smaller"],
  ] as const;
  for (const [key, what, limit, cure] of totals) {
    const total = layers.reduce((sum, layer) => sum + layer[key], 0);
    if (total <= limit) continue;
    const most = layers.reduce((a, b) => (b[key] > a[key] ? b : a));
    return `all layers together have ${spell(total)} ${what}, at most ${spell(limit)} are taken; layer ${most.name} alone has ${spell(most[key])}: ${cure}`;
  }
  return null;
}
