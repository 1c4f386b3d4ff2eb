import {
  checkContext,
  CnntargzError,
  type DenseSpec,
  type FloatTensor,
  optionsCheck,
  type StageContext,
  type TrainedModel,
  z,
} from "@cnntargz/contracts";
import { compileNetwork, fractionBits } from "@cnntargz/fixed-point";

import { layerShapes } from "./layer-shapes.js";
import { layerWeights } from "./layer-weights.js";
import { difference, exactQuantizer, largestDeltas, roundTensor } from "./rounded-output.js";
import { quantizersFor } from "./scheme.js";
import { toIntegerNetwork } from "./to-integer-network.js";

/** How far rounding the output layer may move predictions. */
export interface FreezeOptions {
  /** Every |delta pT| over the validation images stays below this; 0.05 GeV when left out. */
  readonly maxDeltaPtGeV?: number;
  /** Most bits right of the binary point; 12 when left out. */
  readonly maxFractionBits?: number;
}

const checkOptions = optionsCheck<FreezeOptions>("freezeOutput", {
  maxDeltaPtGeV: z.number().positive().optional(),
  maxFractionBits: z.int().min(0).max(24).optional(),
});

/** A network whose output layer is rounded, and what that cost. */
export interface FrozenOutput {
  readonly model: TrainedModel;
  /** Bits right of the binary point of the output layer's weights and biases. */
  readonly fractionBits: number;
  /** Largest |delta pT| over the validation images. */
  readonly maxDeltaPtGeV: number;
  /** Largest |delta| of each output over the validation images, in units of its target. */
  readonly maxDeltaTargets: readonly number[];
}

/** Images between two looks at the abort signal. */
const CHUNK = 1024;

/**
 * Round kernel and bias of the output layer (half to even) to the fewest fractional bits that move
 * no predicted pT (output 0) of the validation images by `maxDeltaPtGeV`, and give the layer
 * quantizers that are exact on the rounded weights. Deltas are taken against the unrounded layer in
 * float64, on the exact activations of the layers before it.
 *
 * `images`: (count, height, width, channels), integers in units of the last bit of the model's input
 * type.
 *
 * @throws CnntargzError `config` when the last layer is not a linear dense layer without
 * quantizers, or no number of bits suffices; `inexact` when the frozen network would not be exact
 * in float32; what `toIntegerNetwork` throws for the layers before it.
 */
export function freezeOutput(
  model: TrainedModel,
  images: Uint8Array | Int32Array | Float64Array,
  count: number,
  options: FreezeOptions = {},
  context: Pick<StageContext, "signal" | "onProgress"> = {},
): FrozenOutput {
  checkOptions(options);
  checkContext(context, "freezeOutput");
  const { maxDeltaPtGeV = 0.05, maxFractionBits = 12 } = options;
  const output = outputLayer(model);
  if (count < 1) {
    throw new CnntargzError("config", "freezeOutput needs at least one validation image");
  }
  const { kernel, bias } = layerWeights(model, layerShapes(model.spec).at(-1)!);
  const activations = trunkActivations(model, images, count, context);
  for (let fraction = 0; fraction <= maxFractionBits; fraction++) {
    const rounded = { kernel: roundTensor(kernel, fraction), bias: roundTensor(bias, fraction) };
    const maxDeltaTargets = largestDeltas(
      activations,
      difference(rounded.kernel, kernel),
      difference(rounded.bias, bias),
    );
    const deltaGeV = maxDeltaTargets[0]! * model.labelScaling.ptScaleGeV;
    if (deltaGeV < maxDeltaPtGeV) {
      const frozen = withOutput(model, output, rounded, fraction);
      // Refuses what float32 could not compute exactly.
      toIntegerNetwork(frozen, { typeRule: "interval" });
      return { model: frozen, fractionBits: fraction, maxDeltaPtGeV: deltaGeV, maxDeltaTargets };
    }
    if (fraction === maxFractionBits) {
      throw new CnntargzError(
        "config",
        `${fraction} fractional bits of layer ${output.name} still move pT by ${deltaGeV} GeV, the limit is ${maxDeltaPtGeV} GeV; raise maxDeltaPtGeV or maxFractionBits`,
      );
    }
  }
  throw new CnntargzError("config", `maxFractionBits is ${maxFractionBits}, it must be at least 0`);
}

function outputLayer(model: TrainedModel): DenseSpec {
  const { spec, quantScheme } = model;
  const layer = spec.layers.at(-1)!;
  const refuse = (why: string): CnntargzError =>
    new CnntargzError("config", `the last layer of ${spec.name}, ${layer.name}, ${why}`);
  if (layer.kind !== "dense" || layer.activation !== "linear") {
    throw refuse(`is no linear dense layer but ${layer.kind}; only such an output can be frozen`);
  }
  if (spec.layers.length === 1) throw refuse("has no layer before it");
  if (quantScheme === null) {
    throw refuse("follows layers in floating point; train them with a quantization scheme first");
  }
  const { kernel, bias } = quantizersFor(quantScheme, layer);
  const quantizer = kernel ?? bias;
  if (quantizer !== undefined) {
    throw refuse(`is quantized already (${quantizer}); there is nothing to freeze`);
  }
  return layer;
}

/** What the output layer gets from each image, (count, inputs), exact in float64. */
function trunkActivations(
  model: TrainedModel,
  images: Uint8Array | Int32Array | Float64Array,
  count: number,
  { signal, onProgress }: Pick<StageContext, "signal" | "onProgress">,
): Float64Array {
  const trunk = { ...model, spec: { ...model.spec, layers: model.spec.layers.slice(0, -1) } };
  const network = toIntegerNetwork(trunk, { typeRule: "interval" });
  const compiled = compileNetwork(network);
  const size = network.inputShape.reduce((product, n) => product * n, 1);
  if (images.length !== count * size) {
    throw new CnntargzError(
      "contract",
      `${count} validation images of [${network.inputShape.join(", ")}] have ${count * size} values, there are ${images.length}`,
    );
  }
  const unit = 2 ** -fractionBits(network.layers.at(-1)!.resultType);
  const activations = new Float64Array(count * compiled.outputs);
  for (let first = 0; first < count; first += CHUNK) {
    signal?.throwIfAborted();
    const last = Math.min(first + CHUNK, count);
    const integers = compiled.run(images.subarray(first * size, last * size), last - first);
    activations.set(
      integers.map((value) => value * unit),
      first * compiled.outputs,
    );
    onProgress?.({ task: "freeze output", fraction: last / count });
  }
  return activations;
}

function withOutput(
  model: TrainedModel,
  { name }: DenseSpec,
  { kernel, bias }: { kernel: FloatTensor; bias: FloatTensor },
  fraction: number,
): TrainedModel {
  const scheme = model.quantScheme!;
  const quantizers = quantizersFor(scheme, model.spec.layers.at(-1)!);
  return {
    ...model,
    quantScheme: {
      ...scheme,
      byName: {
        ...scheme.byName,
        [name]: {
          ...quantizers,
          kernel: exactQuantizer(kernel, fraction),
          bias: exactQuantizer(bias, fraction),
        },
      },
    },
    weights: { ...model.weights, [`${name}/kernel`]: kernel, [`${name}/bias`]: bias },
    provenance: { ...model.provenance, stage: "freeze-output" },
  };
}
