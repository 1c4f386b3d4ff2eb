import {
  CnntargzError,
  layerSize,
  type LayerSpec,
  type NetworkSpec,
  type Pads,
  sizeFault,
} from "@cnntargz/contracts";

/** [height, width, channels]; a vector is [1, 1, n]. */
type ImageShape = readonly [number, number, number];

/** What a layer takes and gives. */
export interface LayerShape {
  readonly layer: LayerSpec;
  readonly inputShape: ImageShape;
  readonly outputShape: ImageShape;
  /** (kh, kw, cin, cout) or (in, out); null for a layer without weights. */
  readonly kernelShape: readonly number[] | null;
  /** Zeros around the image, as TensorFlow places them: the odd one at the bottom or right. */
  readonly pads: Pads;
}

const noPads: Pads = { top: 0, bottom: 0, left: 0, right: 0 };

/**
 * Shapes of every layer in order.
 *
 * @throws CnntargzError `config` when a layer does not fit the one before it, or is too large.
 */
export function layerShapes(spec: NetworkSpec): readonly LayerShape[] {
  const shapes: LayerShape[] = [];
  let inputShape: ImageShape = spec.inputShape;
  for (const layer of spec.layers) {
    const shape = shapeOf(layer, inputShape, spec.name);
    shapes.push(shape);
    inputShape = shape.outputShape;
  }
  const fault = sizeFault(shapes.map(sizeOf));
  if (fault !== null) throw new CnntargzError("config", `${spec.name}: ${fault}`);
  return shapes;
}

const sizeOf = ({ layer, inputShape, outputShape, pads }: LayerShape) =>
  layerSize({
    name: layer.name,
    inputShape,
    outputShape,
    pads: [pads.top + pads.bottom, pads.left + pads.right],
    ...("kernelSize" in layer ? { window: layer.kernelSize } : {}),
    ...("poolSize" in layer ? { window: layer.poolSize } : {}),
    multiplies: layer.kind === "conv2d" || layer.kind === "dense",
  });

function shapeOf(layer: LayerSpec, inputShape: ImageShape, network: string): LayerShape {
  const [height, width, channels] = inputShape;
  switch (layer.kind) {
    case "flatten": {
      const outputShape = [1, 1, height * width * channels] as const;
      return { layer, inputShape, outputShape, kernelShape: null, pads: noPads };
    }
    case "dense": {
      if (height !== 1 || width !== 1) {
        throw misfit("takes a vector; put a flatten layer before it");
      }
      const outputShape = [1, 1, layer.units] as const;
      return { layer, inputShape, outputShape, kernelShape: [channels, layer.units], pads: noPads };
    }
    case "conv2d": {
      const { kernelSize, strides, padding, filters } = layer;
      const rows = slide(height, kernelSize[0], strides[0], padding);
      const columns = slide(width, kernelSize[1], strides[1], padding);
      return {
        layer,
        inputShape,
        outputShape: [rows.count, columns.count, filters],
        kernelShape: [...kernelSize, channels, filters],
        pads: {
          top: rows.before,
          bottom: rows.after,
          left: columns.before,
          right: columns.after,
        },
      };
    }
    case "maxPool2d":
    case "averagePool2d": {
      const { poolSize, strides = poolSize } = layer;
      const rows = slide(height, poolSize[0], strides[0], "valid");
      const columns = slide(width, poolSize[1], strides[1], "valid");
      const outputShape = [rows.count, columns.count, channels] as const;
      return { layer, inputShape, outputShape, kernelShape: null, pads: noPads };
    }
  }

  function slide(extent: number, size: number, stride: number, padding: "same" | "valid") {
    if (padding === "same") {
      const count = Math.ceil(extent / stride);
      const total = Math.max((count - 1) * stride + size - extent, 0);
      const before = Math.floor(total / 2);
      return { count, before, after: total - before };
    }
    if (size > extent) throw misfit(`slides a window of ${size} along ${extent}`);
    return { count: Math.floor((extent - size) / stride) + 1, before: 0, after: 0 };
  }

  function misfit(why: string): CnntargzError {
    return new CnntargzError(
      "config",
      `${network}: layer ${layer.name} (${layer.kind}) gets [${inputShape.join(", ")}], but it ${why}`,
    );
  }
}
