export { loadBackend, type LoadedBackend } from "./backend.js";
export { student9x16, studentFull9x384, teacher9x16, teacher9x384 } from "./specs.js";
export { countParameters, type LayerShape, layerShapes } from "./layer-shapes.js";
export { summarize } from "./summarize.js";
export type { LayerFactory, LayerOptions } from "./layer-factory.js";
export type { LayerFactoryRef } from "./layer-factory-ref.js";
export { floatLayers } from "./float-layers.js";
export { registerFileHandlers } from "./file-handler.js";
export { toLayersModel } from "./stock-model.js";
export { buildModel } from "./build-model.js";
export { getNamedWeights, setNamedWeights } from "./named-weights.js";
export { type Activations, openNetwork, type OpenNetwork } from "./network.js";
export { predict, type PredictOptions, tapActivations } from "./predict.js";
export { imageTensor } from "./batch-tensors.js";
export { constantLoss, squaredErrors } from "./squared-error.js";
export {
  errorsPerExample,
  type Objective,
  type ObjectiveInput,
  supervisedObjective,
} from "./objective.js";
export type { CheckpointStore, TrainRequest } from "./train-request.js";
export { trainModel } from "./train-model.js";
