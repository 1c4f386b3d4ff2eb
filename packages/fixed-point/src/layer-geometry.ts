import type { IntegerAveragePool2d, IntegerConv2d, IntegerMaxPool2d } from "@cnntargz/contracts";

/** A layer that slides a window over an image. */
export type WindowLayer = IntegerConv2d | IntegerMaxPool2d | IntegerAveragePool2d;

/** [height, width] of the window. */
export function windowSize(layer: WindowLayer): readonly [number, number] {
  return layer.kind === "conv2d" ? layer.kernelSize : layer.poolSize;
}

/** Zeros around the image; pooling has none. */
export function windowPads(layer: WindowLayer): IntegerConv2d["pads"] {
  return layer.kind === "conv2d" ? layer.pads : { top: 0, bottom: 0, left: 0, right: 0 };
}

/** [height, width] of the output: floor((size + pads - window) / stride) + 1, below 1 when the window does not fit. */
export function windowOutput(layer: WindowLayer): readonly [number, number] {
  const [height, width] = layer.inputShape;
  const [windowHeight, windowWidth] = windowSize(layer);
  const { top, bottom, left, right } = windowPads(layer);
  const [down, across] = layer.strides;
  return [
    Math.floor((height + top + bottom - windowHeight) / down) + 1,
    Math.floor((width + left + right - windowWidth) / across) + 1,
  ];
}

/** One pixel under a window: its place in the window, and in the image (row * width + column). */
export interface WindowPixel {
  readonly dy: number;
  readonly dx: number;
  readonly pixel: number;
}

/** The pixels under the window at output (row, column), row by row; padding left out. */
export function* windowPixels(
  layer: WindowLayer,
  row: number,
  column: number,
): Generator<WindowPixel> {
  const [height, width] = layer.inputShape;
  const [windowHeight, windowWidth] = windowSize(layer);
  const { top, left } = windowPads(layer);
  for (let dy = 0; dy < windowHeight; dy += 1) {
    for (let dx = 0; dx < windowWidth; dx += 1) {
      const y = row * layer.strides[0] + dy - top;
      const x = column * layer.strides[1] + dx - left;
      if (y >= 0 && y < height && x >= 0 && x < width) yield { dy, dx, pixel: y * width + x };
    }
  }
}
