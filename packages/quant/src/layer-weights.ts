import { CnntargzError, type FloatTensor, type TrainedModel } from "@cnntargz/contracts";

import type { LayerShape } from "./layer-shapes.js";

/** Kernel and bias of a layer with weights. */
export interface LayerWeights {
  readonly kernel: FloatTensor;
  readonly bias: FloatTensor;
}

/**
 * Kernel and bias of a conv2d or dense layer.
 *
 * @throws CnntargzError `contract` when one is missing, has another shape or is not finite.
 */
export function layerWeights(model: TrainedModel, shape: LayerShape): LayerWeights {
  const kernelShape = shape.kernelShape!;
  return {
    kernel: find(model, `${shape.layer.name}/kernel`, kernelShape),
    bias: find(model, `${shape.layer.name}/bias`, [kernelShape.at(-1)!]),
  };
}

function find(model: TrainedModel, name: string, shape: readonly number[]): FloatTensor {
  const tensor = model.weights[name];
  const network = model.spec.name;
  if (tensor === undefined) {
    throw new CnntargzError("contract", `the model ${network} has no weight ${name}`);
  }
  if (tensor.shape.length !== shape.length || tensor.shape.some((n, axis) => n !== shape[axis])) {
    throw new CnntargzError(
      "contract",
      `weight ${name} of ${network} has shape [${tensor.shape.join(", ")}], its layer wants [${shape.join(", ")}]`,
    );
  }
  const index = tensor.values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    throw new CnntargzError(
      "contract",
      `value ${index} of weight ${name} of ${network} is ${tensor.values[index]!}; the training diverged, lower its learning rate`,
    );
  }
  return tensor;
}
