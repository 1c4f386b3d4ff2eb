// The two ways to train a quantized network that the quantization study compares.
import { TrainConfig } from "@cnntargz/contracts";
import { inputType9x16, labelScaling9x16 } from "@cnntargz/dataset";
import {
  floatLayers,
  predict,
  student9x16,
  tapActivations,
  teacher9x16,
  trainModel,
} from "@cnntargz/models";
import { calibrateScheme, nBitScheme } from "@cnntargz/quant";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

export const SPECS = { student9x16, teacher9x16 };

/** Step size falling from `from` to `to` along half a cosine. */
const falling = (from, to) => ({ learningRate: from, finalLearningRateFraction: to / from });

/**
 * The slides: Adam at a constant 1e-3, batches of 100, both targets weighted alike, quantized from
 * the first step on. Fewer epochs than theirs.
 */
const PLAIN = {
  learningRate: 1e-3,
  finalLearningRateFraction: 1,
  batchSize: 100,
  etaWeight: 1,
};
/** Ours; eta counts less, since the trigger decides on pT. */
const OURS = { etaWeight: 0.3 };
/**
 * A quantized training of ours whose best validation loss is above this fraction of the constant
 * predictor's is repeated with another order of events, at most twice; the best is kept.
 */
const RESTART_ABOVE = 0.2;
const MOST_RESTARTS = 2;

/** Epochs and step sizes per network; those of ours in the order of training. */
const RECIPES = {
  student9x16: {
    plain: { ...PLAIN, epochs: 4 },
    float: { ...OURS, batchSize: 256, epochs: 5, ...falling(4e-3, 4e-5) },
    quantized: (bits) => ({
      ...OURS,
      batchSize: 256,
      epochs: { 5: 3, 4: 4, 3: 7, 2: 7 }[bits],
      // Few levels jump far; a smaller step settles them.
      ...falling({ 5: 8e-3, 4: 8e-3, 3: 3e-3, 2: 2e-3 }[bits], 1e-4),
    }),
  },
  teacher9x16: {
    plain: { ...PLAIN, epochs: 1 },
    float: { ...OURS, batchSize: 128, epochs: 1, ...falling(2e-3, 4e-5) },
    quantized: () => ({ ...OURS, batchSize: 128, epochs: 1, ...falling(2e-3, 4e-5) }),
  },
};

/** Train once; null instead of a model when the network did not learn. */
async function train(data, name, seed, stage, config, scheme, initialWeights) {
  const fullConfig = TrainConfig.parse({ maxRestarts: 0, ...config });
  try {
    return await trainModel(
      {
        spec: SPECS[name],
        layerFactory: scheme === null ? floatLayers : quantizedLayers(scheme),
        quantScheme: scheme,
        train: data.train,
        validation: data.validation,
        config: fullConfig,
        labelScaling: labelScaling9x16,
        inputType: inputType9x16,
        provenance: { stage, packages: {}, seed, inputs: {}, config: null },
        ...(initialWeights && { initialWeights }),
      },
      { rng: createRng(deriveKey(seed, `${name} ${stage}`)) },
    );
  } catch (error) {
    if (error.code !== "training") throw error;
    return null;
  }
}

/** The best validation loss of a model in units of the constant predictor's; 1 without a model. */
const lossFraction = (model) =>
  model === null
    ? 1
    : Math.min(...model.metrics.epochs.map(({ validationLoss }) => validationLoss)) /
      model.metrics.constantLoss;

/**
 * (a) Quantized from random weights, integer 0 activations, no restarts: one point per bit width.
 */
async function* plain(data, name, seed, widths) {
  for (const bits of widths) {
    const scheme = nBitScheme(SPECS[name], bits);
    const config = RECIPES[name].plain;
    const model = await train(data, name, seed, `plain ${bits} bit`, config, scheme);
    yield { bits, model, restarts: 0 };
  }
}

/**
 * (b) Floating point first, which may restart dead starts; activation ranges from the float
 * network; then 5, 4, 3, 2 bits, each from the weights of the width before.
 */
async function* ours(data, name, seed, widths) {
  const float = await train(
    data,
    name,
    seed,
    "float",
    { ...RECIPES[name].float, maxRestarts: 10 },
    null,
  );
  yield { bits: null, model: float, restarts: float?.metrics.restarts ?? 0 };
  if (float === null) return;
  const context = { rng: createRng(deriveKey(seed, "calibrate")) };
  const layers = float.spec.layers.filter(({ activation }) => activation === "relu");
  const activations = await tapActivations(
    float,
    floatLayers,
    { ...data.train, count: 5000 },
    layers.map((layer) => layer.name),
    { batchSize: 1000, context },
  );
  let weights = float.weights;
  for (const bits of widths) {
    const scheme = calibrateScheme(float.spec, bits, activations, { percentile: 0.99 });
    const config = RECIPES[name].quantized(bits);
    let model = null;
    let restarts = 0;
    for (; ; restarts++) {
      const stage = `ours ${bits} bit, start ${restarts}`;
      const tried = await train(data, name, seed, stage, config, scheme, weights);
      if (tried !== null && lossFraction(tried) < lossFraction(model)) model = tried;
      if (lossFraction(model) <= RESTART_ABOVE || restarts === MOST_RESTARTS) break;
    }
    yield { bits, model, restarts };
    if (model !== null) weights = model.weights;
  }
}

export const recipes = { plain, ours };

/** Raw outputs (n, 2) of a model on the test events. */
export function outputsOf(model, source) {
  const layers = model.quantScheme === null ? floatLayers : quantizedLayers(model.quantScheme);
  const context = { rng: createRng(deriveKey(1, "predict")) };
  return predict(model, layers, source, { batchSize: 1000, context });
}
