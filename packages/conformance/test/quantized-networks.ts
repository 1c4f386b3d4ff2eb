import {
  type NetworkSpec,
  type StageContext,
  TrainConfig,
  type TrainedModel,
} from "@cnntargz/contracts";
import {
  fragmentedSource,
  generateDataset,
  inputType9x16,
  labelScaling9x16,
  pixelIntegers,
} from "@cnntargz/dataset";
import { compileNetwork, fractionBits } from "@cnntargz/fixed-point";
import { floatLayers, loadBackend, predict, tapActivations, trainModel } from "@cnntargz/models";
import { calibrateScheme, freezeOutput, toIntegerNetwork } from "@cnntargz/quant";
import { quantizedLayers } from "@cnntargz/quant/tfjs";
import { createRng, deriveKey } from "@cnntargz/stage-kit";

/** What TensorFlow.js and the integer interpreter gave for the same images. */
export interface Comparison {
  readonly images: number;
  /** Images of which an output differs. */
  readonly mismatches: number;
  /** How many different pT came out, so that equality means something. */
  readonly distinctPt: number;
  readonly arithmetic: "float64" | "reference";
}

const CHUNK = 10_000;
const VALIDATION = 1000;
const context: StageContext = { rng: createRng(deriveKey(1, "conformance")) };
const batches = { batchSize: 1000, context };

/** A network trained in floating point, and with fewer and fewer bits. */
export interface TrainedNetworks {
  readonly float: TrainedModel;
  /** By bits of weights and activations. */
  readonly quantized: ReadonlyMap<number, TrainedModel>;
}

/**
 * A network trained shortly, one epoch in floating point and one for each of the bit `widths`, each
 * from the weights of the one before; the output layers of the quantized ones are frozen.
 */
export async function trainShortly(
  spec: NetworkSpec,
  events: number,
  widths: readonly number[],
): Promise<TrainedNetworks> {
  await loadBackend({ name: "wasm", kernels: "simd" });
  const dataset = generateDataset(config(events + VALIDATION, 1), context);
  const range = { start: events, count: VALIDATION };
  const train = fragmentedSource(dataset, { start: 0, count: events });
  const request = {
    spec,
    train,
    validation: fragmentedSource(dataset, range),
    config: TrainConfig.parse({
      epochs: 1,
      batchSize: 100,
      learningRate: 3e-3,
      finalLearningRateFraction: 0.1,
      etaWeight: 0.3,
      maxRestarts: 10,
    }),
    labelScaling: labelScaling9x16,
    inputType: inputType9x16,
    provenance: { stage: "test", packages: {}, seed: 1, inputs: {}, config: null },
  };
  const float = await trainModel(
    { ...request, layerFactory: floatLayers, quantScheme: null },
    context,
  );
  const hidden = spec.layers.flatMap((layer) =>
    "activation" in layer && layer.activation === "relu" ? [layer.name] : [],
  );
  const some = { ...train, count: Math.min(2000, events) };
  const activations = await tapActivations(float, floatLayers, some, hidden, batches);
  const models = new Map<number, TrainedModel>();
  let initialWeights = float.weights;
  for (const bits of widths) {
    const quantScheme = calibrateScheme(spec, bits, activations, { percentile: 0.99 });
    const layerFactory = quantizedLayers(quantScheme);
    const model = await trainModel(
      { ...request, layerFactory, quantScheme, initialWeights },
      context,
    );
    initialWeights = model.weights;
    models.set(bits, freezeOutput(model, pixelIntegers(dataset, range), VALIDATION).model);
  }
  return { float, quantized: models };
}

/** Compare a quantized network in TensorFlow.js with its integer network on `count` events. */
export async function compareWithIntegers(model: TrainedModel, count: number): Promise<Comparison> {
  const network = toIntegerNetwork(model, { typeRule: "interval" });
  const compiled = compileNetwork(network);
  const unit = 2 ** -fractionBits(network.layers.at(-1)!.resultType);
  const layers = quantizedLayers(model.quantScheme!);
  const distinct = new Set<number>();
  let mismatches = 0;
  for (let first = 0; first < count; first += CHUNK) {
    const size = Math.min(CHUNK, count - first);
    const events = generateDataset(config(size, 3 + first), context);
    const all = { start: 0, count: size };
    const predicted = await predict(model, layers, fragmentedSource(events, all), batches);
    const integers = compiled.run(pixelIntegers(events, all), size);
    for (let image = 0; image < size; image++) {
      const [pt, eta] = [integers[2 * image]! * unit, integers[2 * image + 1]! * unit];
      distinct.add(pt);
      if (predicted[2 * image] !== pt || predicted[2 * image + 1] !== eta) mismatches += 1;
    }
  }
  const { arithmetic } = compiled;
  return { images: count, mismatches, distinctPt: distinct.size, arithmetic };
}

/** `count` toy events as images of integers of the input type ap_ufixed<2,1>. */
export function eventImages(count: number): Uint8Array {
  const events = generateDataset(config(count, 2), context);
  return pixelIntegers(events, { start: 0, count });
}

/** Toy events, with more noise than usual so that images differ more. */
function config(events: number, seed: number) {
  return { events, seed, noisePerPixel: 5e-3 };
}
