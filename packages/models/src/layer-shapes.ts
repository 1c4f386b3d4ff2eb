import {
  CnntargzError,
  layerSize,
  type LayerSpec,
  type NetworkSpec,
  sizeFault,
} from "@cnntargz/contracts";

/** What goes into a layer, what comes out, and what it has to learn. */
export interface LayerShape {
  readonly name: string;
  readonly kind: LayerSpec["kind"];
  /** [height, width, channels] of one image, or [units] behind a flatten layer. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Shape of the kernel: (kh, kw, cin, cout) or (in, out); null for a layer without weights. */
  readonly kernelShape: readonly number[] | null;
  /** Weights and biases. */
  readonly parameters: number;
}

/**
 * The shapes of every layer in order.
 *
 * @throws CnntargzError `config` when a layer does not fit the one before it, or is too large.
 */
export function layerShapes(spec: NetworkSpec): readonly LayerShape[] {
  const shapes: LayerShape[] = [];
  let inputShape: readonly number[] = spec.inputShape;
  for (const layer of spec.layers) {
    const { outputShape, kernelShape } = layerShape(layer, inputShape, spec.name);
    const outputs = outputShape.at(-1)!;
    const parameters = kernelShape === null ? 0 : product(kernelShape) + outputs;
    shapes.push({
      name: layer.name,
      kind: layer.kind,
      inputShape,
      outputShape,
      kernelShape,
      parameters,
    });
    inputShape = outputShape;
  }
  const fault = sizeFault(shapes.map((shape, index) => sizeOf(shape, spec.layers[index]!)));
  if (fault !== null) throw new CnntargzError("config", `${spec.name}: ${fault}`);
  return shapes;
}

/** A shape of three axes, which behind a flatten layer is one pixel. */
function asImage(shape: readonly number[]): readonly [number, number, number] {
  return shape.length === 1 ? [1, 1, shape[0]!] : [shape[0]!, shape[1]!, shape[2]!];
}

const sizeOf = ({ name, inputShape, outputShape, kernelShape }: LayerShape, layer: LayerSpec) =>
  layerSize({
    name,
    inputShape: asImage(inputShape),
    outputShape: asImage(outputShape),
    ...("kernelSize" in layer ? { window: layer.kernelSize } : {}),
    ...("poolSize" in layer ? { window: layer.poolSize } : {}),
    multiplies: kernelShape !== null,
  });

/** Number of weights and biases of the whole network. */
export function countParameters(spec: NetworkSpec): number {
  return layerShapes(spec).reduce((sum, layer) => sum + layer.parameters, 0);
}

/** Number of elements of a tensor of this shape. */
export function product(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

type Shapes = Pick<LayerShape, "outputShape" | "kernelShape">;

function layerShape(layer: LayerSpec, inputShape: readonly number[], network: string): Shapes {
  switch (layer.kind) {
    case "flatten":
      return { outputShape: [product(inputShape)], kernelShape: null };
    case "dense": {
      if (inputShape.length !== 1) {
        throw misfit(network, layer, inputShape, "takes a vector; put a flatten layer before it");
      }
      return { outputShape: [layer.units], kernelShape: [inputShape[0]!, layer.units] };
    }
    case "conv2d": {
      const [height, width, channels] = imageOf(layer, inputShape, network);
      const { kernelSize, strides, padding, filters } = layer;
      return {
        outputShape: [
          slid(height, kernelSize[0], strides[0], padding),
          slid(width, kernelSize[1], strides[1], padding),
          filters,
        ],
        kernelShape: [...kernelSize, channels, filters],
      };
    }
    case "maxPool2d":
    case "averagePool2d": {
      const [height, width, channels] = imageOf(layer, inputShape, network);
      const { poolSize, padding, strides = poolSize } = layer;
      return {
        outputShape: [
          slid(height, poolSize[0], strides[0], padding),
          slid(width, poolSize[1], strides[1], padding),
          channels,
        ],
        kernelShape: null,
      };
    }
  }

  /** How many positions a window of `size` has along `extent`. */
  function slid(extent: number, size: number, stride: number, padding: "same" | "valid"): number {
    if (padding === "same") return Math.ceil(extent / stride);
    if (size > extent) {
      throw misfit(network, layer, inputShape, `slides a window of ${size} along ${extent}`);
    }
    return Math.floor((extent - size) / stride) + 1;
  }
}

function imageOf(
  layer: LayerSpec,
  inputShape: readonly number[],
  network: string,
): [number, number, number] {
  if (inputShape.length !== 3) throw misfit(network, layer, inputShape, "takes an image");
  return [inputShape[0]!, inputShape[1]!, inputShape[2]!];
}

function misfit(
  network: string,
  layer: LayerSpec,
  inputShape: readonly number[],
  why: string,
): CnntargzError {
  return new CnntargzError(
    "config",
    `${network}: layer ${layer.name} (${layer.kind}) gets an input of shape (${inputShape.join(", ")}), but it ${why}`,
  );
}
