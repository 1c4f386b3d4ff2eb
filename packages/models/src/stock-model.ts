import { CnntargzError, type TrainedModel } from "@cnntargz/contracts";
import { createRng } from "@cnntargz/stage-kit";
import type { LayersModel } from "@tensorflow/tfjs-layers";

import { buildModel } from "./build-model.js";
import { stockLayers } from "./float-layers.js";
import { setNamedWeights } from "./named-weights.js";

/**
 * A floating-point trained network as a model of stock TensorFlow.js layers, which every TensorFlow.js
 * program can load when it is saved ({@link registerFileHandlers}). The caller disposes it.
 *
 * @throws CnntargzError `config` for a quantized network, which stock layers do not compute.
 */
export function toLayersModel(trained: TrainedModel): LayersModel {
  if (trained.quantScheme !== null) {
    throw new CnntargzError(
      "config",
      `${trained.spec.name} is quantized, and stock layers have no quantizers; save its trained-model artifact instead`,
    );
  }
  // Any generator will do: every initial weight is overwritten.
  const model = buildModel(trained.spec, stockLayers, createRng([0, 0]));
  try {
    setNamedWeights(model, trained.spec, trained.weights);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}
